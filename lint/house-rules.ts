/**
 * The linter's rules of this house; `.oxlintrc.json` turns them on, `tests/agreement/lint.test.ts` plants a fault for
 * each.
 *
 * - **Floor**: a part of the repository that may use the floors named in its row, and no other.
 * - **Room**: a folder whose files call each other by relative paths; from outside its name begins with `#`.
 */
import { posix, relative } from "node:path";

/**
 * A floor's own files are always allowed. `types` of a floor: only what is imported as a type, and the values of
 * `shapes.ts`, `vocabulary.ts`, `clock.ts`, `resumable-upload.ts`.
 */
const FLOORS: Record<string, { uses: string[]; types?: string[] }> = {
  ground: { uses: [], types: ["contracts", "database"] },
  contracts: { uses: ["ground"] },
  providers: { uses: ["ground", "contracts"] },
  database: { uses: [] },
  http: { uses: ["ground", "contracts", "database"] },
  features: { uses: ["ground", "contracts", "database", "http"] },
  worker: { uses: ["ground", "contracts", "database", "features"] },
  top: { uses: ["ground", "contracts", "providers", "database", "http", "features", "worker"] },
  web: { uses: [], types: ["ground", "contracts", "features", "http"] },
  cli: {
    uses: ["ground", "contracts", "providers", "database", "worker", "top"],
    types: ["features", "http"],
  },
};

/** A contract and, pure, the words of its vocabulary. */
const CONTRACTS = new Set(["contract.ts", "words.ts"]);
const TOP = new Set(["app.ts", "main.ts", "open-context.ts", "operate.ts", "services.ts"]);

/** Undefined for what no floor holds: tests, benchmarks, this folder. */
function floorOf(path: string): string | undefined {
  const [first, second, ...rest] = path.split("/");
  if (/\.test\.tsx?$/.test(path)) return undefined;
  if (first !== "server") return first !== undefined && first in FLOORS ? first : undefined;
  // Bytes to letters: for every feature, and for the children that parse.
  if (second === "text-encoding") return "ground";
  if (rest.length === 0) return TOP.has(second ?? "") ? "top" : "ground";
  if (second === "providers") return CONTRACTS.has(rest.at(-1) ?? "") ? "contracts" : "providers";
  // A folder of the ground, such as text-encoding.
  return second !== undefined && second in FLOORS ? second : "ground";
}

function roomOf(path: string) {
  const parts = path.split("/");
  if (parts[0] !== "server") return parts[0];
  const inside = parts[1] === "features" || parts[1] === "providers" ? 3 : 2;
  return parts.slice(0, Math.min(inside, parts.length - 1)).join("/");
}

interface Node {
  type: string;
  parent?: Node;
  importKind?: string;
  exportKind?: string;
  source?: Node | null;
  value?: unknown;
  specifiers?: Node[];
  expression?: Node;
  typeAnnotation?: Node;
  argument?: Node;
  callee?: Node;
  name?: string;
  property?: { name?: string };
  typeArguments?: { params: Node[] };
  types?: Node[];
  id?: { name: string } | null;
  loc: { start: { line: number } };
}

interface RuleContext {
  filename: string;
  cwd: string;
  report(report: { node: Node; message: string }): void;
  sourceCode: {
    getAllComments(): { loc: { start: { line: number }; end: { line: number } } }[];
  };
}

const floors = {
  create(context: RuleContext) {
    const from = relative(context.cwd, context.filename).replaceAll("\\", "/");
    const floor = floorOf(from);

    function check(node: Node, source: Node | null | undefined, isType: boolean) {
      if (typeof source?.value !== "string") return;
      const wanted = source.value;
      const isRelative = wanted.startsWith(".");
      if (!isRelative && !wanted.startsWith("#")) return;
      const to = isRelative ? posix.join(posix.dirname(from), wanted) : wanted.slice(1);
      if (
        isRelative &&
        from.includes("/") &&
        roomOf(from) !== roomOf(to) &&
        /^(?:server|database|tests)\//.test(to)
      )
        context.report({ node, message: `Another room: write "#${to}".` });
      const target = floorOf(to);
      if (floor === undefined || target === floor) return;
      if (target === undefined) {
        if (/^(?:tests|benchmarks)\//.test(to))
          context.report({ node, message: "The product knows no test and no benchmark." });
        return;
      }
      const { uses, types = [] } = FLOORS[floor]!;
      if (uses.includes(target)) return;
      if (
        types.includes(target) &&
        (isType || /\/(?:shapes|vocabulary|clock|resumable-upload)\.ts$/.test(to))
      )
        return;
      context.report({
        node,
        message: types.includes(target)
          ? `${floor} takes only types (import type), shapes.ts, vocabulary.ts, clock.ts and ` +
            `resumable-upload.ts from ${target}.`
          : `${floor} may not know ${target}: ${floor} stands on ${[...uses, ...types].join(", ") || "nothing"}.`,
      });
    }

    const allTypes = (node: Node) =>
      node.importKind === "type" ||
      node.exportKind === "type" ||
      ((node.specifiers?.length ?? 0) > 0 &&
        node.specifiers!.every((one) => one.importKind === "type" || one.exportKind === "type"));
    return {
      ImportDeclaration: (node: Node) => check(node, node.source, allTypes(node)),
      ExportNamedDeclaration: (node: Node) => check(node, node.source, allTypes(node)),
      ExportAllDeclaration: (node: Node) => check(node, node.source, allTypes(node)),
      ImportExpression: (node: Node) => check(node, node.source, false),
      TSImportType: (node: Node) => check(node, node.source ?? node.argument, true),
    };
  },
};

const noCastToNever = {
  create: (context: RuleContext) => ({
    TSAsExpression(node: Node) {
      if (node.typeAnnotation?.type === "TSNeverKeyword")
        context.report({
          node,
          message: "A cast to never hides every mistake: give the value its type.",
        });
    },
  }),
};

/** `value as unknown as T` with a comment on its line or the one before it that says why. */
const explainedDoubleCasts = {
  create: (context: RuleContext) => ({
    TSAsExpression(node: Node) {
      const inner = node.expression;
      if (inner?.type !== "TSAsExpression") return;
      if (!["TSUnknownKeyword", "TSAnyKeyword"].includes(inner.typeAnnotation?.type ?? "")) return;
      const { line } = node.loc.start;
      const explained = context.sourceCode
        .getAllComments()
        .some(({ loc }) => loc.end.line === line - 1 || loc.start.line === line);
      if (!explained)
        context.report({
          node,
          message: "Say in a comment above why the compiler cannot know this type.",
        });
    },
  }),
};

/** Routes read a request, call one use case and choose a status; what must be atomic is the use case's. */
const noTransactionInRoutes = {
  create: (context: RuleContext) => ({
    CallExpression(node: Node) {
      if (!/(?:^|[/\\-])routes\.ts$/.test(context.filename)) return;
      const { callee } = node;
      if (callee?.type === "MemberExpression" && callee.property?.name === "transaction")
        context.report({ node, message: "A transaction belongs into a use case." });
    },
  }),
};

const HOOK = /^use[A-Z]/;

/** `useLink` reads as a hook of React, and the linter of hooks takes it for one. */
const useIsForHooks = {
  create(context: RuleContext) {
    const path = relative(context.cwd, context.filename).replaceAll("\\", "/");
    if (!/^(?:server|database|cli)\//.test(path)) return {};
    return {
      FunctionDeclaration(node: Node) {
        if (HOOK.test(node.id?.name ?? ""))
          context.report({ node, message: "Only hooks of the page begin with use." });
      },
    };
  },
};

const ASKS = new Set(["request", "upload", "get", "post", "put", "patch"]);

/** An answer's shape that is written where it is read drifts from what the server says. */
const namedAnswers = {
  create(context: RuleContext) {
    const path = relative(context.cwd, context.filename).replaceAll("\\", "/");
    if (!/^(?:web|cli)\//.test(path)) return {};
    const isLiteral = (type: Node | undefined): boolean =>
      type?.type === "TSTypeLiteral" || (type?.types?.some(isLiteral) ?? false);
    const message = "Take the type of the answer from the feature's shapes.ts.";
    return {
      CallExpression(node: Node) {
        const name = node.callee?.name ?? node.callee?.property?.name ?? "";
        if (ASKS.has(name) && node.typeArguments?.params.some(isLiteral))
          context.report({ node, message });
      },
      TSAsExpression(node: Node) {
        const call = node.expression?.argument;
        if (call?.callee?.property?.name === "json" && isLiteral(node.typeAnnotation))
          context.report({ node, message });
      },
    };
  },
};

// The linter takes a plugin as a default export.
export default {
  meta: { name: "house" },
  rules: {
    floors,
    "no-cast-to-never": noCastToNever,
    "explained-double-casts": explainedDoubleCasts,
    "no-transaction-in-routes": noTransactionInRoutes,
    "use-is-for-hooks": useIsForHooks,
    "named-answers": namedAnswers,
  },
};
