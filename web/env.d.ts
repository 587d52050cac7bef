/// <reference types="vite/client" />
import type authentication from "./locales/en.authentication.json";
import type course from "./locales/en.course.json";
import type failures from "./locales/en.failures.json";
import type en from "./locales/en.json";
import type room from "./locales/en.room.json";
import type settings from "./locales/en.settings.json";
import type study from "./locales/en.study.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: {
      translation: typeof en &
        typeof authentication &
        typeof failures &
        typeof course &
        typeof room &
        typeof settings &
        typeof study;
    };
  }
}
