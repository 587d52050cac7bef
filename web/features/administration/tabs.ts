export const ADMINISTRATION_TABS = ["health", "engines", "people", "queue"] as const;
export type AdministrationTab = (typeof ADMINISTRATION_TABS)[number];

export const administrationTab = (value: unknown) =>
  ADMINISTRATION_TABS.find((tab) => tab === value);
