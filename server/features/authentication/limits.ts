import type { Config } from "#server/config.ts";

/** Per address where it is about one that asks, per account or e-mail where it is about one that is asked for. */
export function limitsOf({ limits }: Pick<Config, "limits">) {
  return {
    login: { name: "login", limit: limits.loginsPerMinute, seconds: 60 },
    /**
     * Against guessing one account's password. Counted for each address apart, whether or not the e-mail is known:
     * others lock nobody out.
     */
    loginOfEmail: { name: "login of e-mail", limit: 20 * limits.loginsPerMinute, seconds: 3600 },
    /** Wrong passwords for one e-mail from everywhere; above it tries take turns (guessing.ts). */
    guessesOfEmail: { name: "guesses of e-mail", limit: limits.guessesPerHour, seconds: 3600 },
    /**
     * So many wait, one a second. A request that waits costs memory; who comes after these is told when to come back.
     */
    turnOfEmail: { name: "turn of e-mail", limit: 5, seconds: 1 },
    /** Of a browser that the account was entered from: the tries of others do not count there. */
    loginOfDevice: { name: "login of device", limit: 20 * limits.loginsPerMinute, seconds: 3600 },
    registration: { name: "registration", limit: limits.registrationsPerHour, seconds: 3600 },
    reset: { name: "reset", limit: limits.resetsPerHour, seconds: 3600 },
    /** Otherwise one address could write mails to everybody. */
    resetFromAddress: {
      name: "reset from address",
      limit: 10 * limits.resetsPerHour,
      seconds: 3600,
    },
    verification: { name: "verification", limit: limits.resetsPerHour, seconds: 3600 },
    /** Six digits, three of them accepted at a time: five a minute are a chance of one in two hundred in a day. */
    code: { name: "code", limit: 5, seconds: 60 },
    codeOfDay: { name: "code of a day", limit: 100, seconds: 86_400 },
    /** Of a logged-in person's own password: at a change, at deletion. */
    confirmation: { name: "confirmation", limit: 10, seconds: 300 },
    token: { name: "token", limit: 60, seconds: 60 },
    oauth: { name: "oauth", limit: 30, seconds: 60 },
    passkey: { name: "passkey", limit: 30, seconds: 60 },
  };
}
