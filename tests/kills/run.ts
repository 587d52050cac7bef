/** `npm run test:kills -- 100`: as many rounds as asked for, with a line for each. */
import { runKillTrial } from "./kill-trial.ts";

const report = await runKillTrial(Number(process.argv[2] ?? 20), (line) => console.error(line));
console.log(JSON.stringify({ trial: "kills", ...report }));
process.exit(report.broken.length === 0 ? 0 : 1);
