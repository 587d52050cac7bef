export const ADMINISTRATION_TABS = ["health", "engines", "people", "queue"] as const;

export const administrationTab = (value: unknown) =>
  ADMINISTRATION_TABS.find((tab) => tab === value);
