drop table installation_settings;
