import { join } from "node:path";
import type { Command } from "commander";
import { backup } from "#database/backup.ts";
import { restore } from "#database/restore.ts";
import { readConfig } from "#server/config.ts";
import { createStorage } from "#server/providers/storage/storage.ts";
import { print } from "./client.ts";
import { withDatabase } from "./with-database.ts";

export function addBackupCommands(db: Command) {
  db.command("backup")
    .description("write the database, the files and the keys into one tar file")
    .argument("<file>")
    .action((file: string, _options, command: Command) =>
      withDatabase(async (url) => {
        const end = await backup(url, file, options());
        const rows = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
        const { missing_files } = end;
        print(command, { file, rows, missing_files }, () =>
          [
            `${file}: ${rows} rows`,
            ...missing_files.map((key) => `not in the storage: ${key}`),
          ].join("\n"),
        );
      }),
    );

  db.command("restore")
    .description("read a backup into an empty database")
    .argument("<file>")
    .action((file: string, _options, command: Command) =>
      withDatabase(async (url) => {
        const end = await restore(url, file, options());
        const rows = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
        print(command, { file, rows }, () => `restored ${rows} rows`);
      }),
    );
}

function options() {
  const config = readConfig(process.env);
  return {
    storage: createStorage(config),
    secretsPath: join(config.dataDir, "secrets.json"),
    onProgress: (line: string) => console.error(line),
  };
}
