export const SETTINGS_TABS = ["general", "account", "security", "data"] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export const settingsTab = (value: unknown) => SETTINGS_TABS.find((tab) => tab === value);
