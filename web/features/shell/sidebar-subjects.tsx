/** Subjects as places: each with its lectures, notes, questions and cards. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { classes } from "../../ui/classes.ts";
import { subjectsQuery } from "../study/queries.ts";

const MOST = 8;
/** One for each subject, the same on every day and device. */
const DOTS = [
  "#1b7a5e",
  "#2f6fb2",
  "#b2702f",
  "#8a4fb0",
  "#b2433f",
  "#5b7a1b",
  "#1b7a7a",
  "#b03f86",
];

export function SidebarSubjects() {
  const { t } = useTranslation();
  const subjects = useQuery(subjectsQuery).data ?? [];
  if (subjects.length === 0) return null;
  return (
    <div className="mt-5 min-h-0 overflow-y-auto">
      <p id="subjects" className="mb-1 px-3 text-xs font-medium text-faint">
        {t("palette.subjects")}
      </p>
      <ul aria-labelledby="subjects" className="grid gap-0.5">
        {subjects.slice(0, MOST).map(({ subject }) => (
          <li key={subject}>
            <Link
              to="/learn/subjects/$subject"
              params={{ subject }}
              className={classes(
                "flex min-h-9 items-center gap-3 rounded-lg px-3 text-sm text-soft hover:bg-sunken hover:text-ink",
                "aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-ink",
              )}
            >
              <span
                aria-hidden="true"
                className="mx-1.5 size-2 shrink-0 rounded-full"
                style={{ background: DOTS[numberOf(subject) % DOTS.length] }}
              />
              <span dir="auto" className="truncate">
                {subject}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function numberOf(text: string) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)!) % 9973;
  return sum;
}
