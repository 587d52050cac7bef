/** `npm run test:kills -- 100 [suitcase]`: as many rounds as asked for, with a line for each. */
import { runKillTrial } from "./kill-trial.ts";
import { runSuitcaseTrial } from "./suitcase-trial.ts";

const rounds = Number(process.argv[2] ?? 20);
const trial = process.argv[3] === "suitcase" ? runSuitcaseTrial : runKillTrial;
const report = await trial(rounds, (line) => console.error(line));
console.log(JSON.stringify({ trial: process.argv[3] ?? "kills", ...report }));
process.exit(report.broken.length === 0 ? 0 : 1);
