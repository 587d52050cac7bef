/** What a password needs, ticked off while it is typed. */
import { Check, Circle } from "lucide-react";
import { useTranslation } from "react-i18next";

const RULES = [
  ["authentication.rules.length", (password: string) => [...password].length >= 8],
  ["authentication.rules.upper", (password: string) => /\p{Lu}/u.test(password)],
  ["authentication.rules.lower", (password: string) => /\p{Ll}/u.test(password)],
  ["authentication.rules.digit", (password: string) => /\p{Nd}/u.test(password)],
  ["authentication.rules.special", (password: string) => /[^\p{L}\p{N}\s]/u.test(password)],
] as const;

export function PasswordRules({ password }: { password: string }) {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
      {RULES.map(([label, holds]) => {
        const done = holds(password);
        const Icon = done ? Check : Circle;
        return (
          <li
            key={label}
            className={
              done ? "flex items-center gap-1.5 text-accent-ink" : "flex items-center gap-1.5"
            }
          >
            <Icon
              className={done ? "size-3.5" : "mx-0.5 size-2.5"}
              strokeWidth={done ? 3 : 2}
              aria-hidden="true"
            />
            {t(label)}
            {done && <span className="sr-only">{t("common.done")}</span>}
          </li>
        );
      })}
    </ul>
  );
}
