import { ENGINES } from "./engines.ts";

/** Of a process with a data folder, and so a database, of its own, whatever this machine is set to. */
export function ownEnvironment(dataDir: string) {
  return {
    NODE_ENV: "test",
    LM_DATA_DIR: dataDir,
    LM_RATE_LIMITS: "off",
    DATABASE_URL: "",
    POSTGRES_USER: "",
    POSTGRES_PASSWORD: "",
    POSTGRES_DB: "",
    PORT: "0",
    ...ENGINES,
  };
}
