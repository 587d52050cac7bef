/** Dates that the student enters, and what each day until then asks for. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CalendarPlus, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Exam } from "#server/features/study/today/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { day } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { SubjectField } from "../cards/card-form.tsx";

export function ExamsSection({ exams, subject }: { exams: Exam[]; subject?: string }) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<Exam | "new">();
  return (
    <section aria-labelledby="exams">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="exams" className="font-semibold">
          {t("study.exams.title")}
        </h2>
        <Button size="small" variant="plain" onClick={() => setEdited("new")}>
          <CalendarPlus className="size-4" aria-hidden="true" /> {t("study.exams.add")}
        </Button>
      </div>
      {exams.length === 0 ? (
        <p className="rounded-2xl border border-dashed border-line-strong px-4 py-5 text-sm text-soft">
          {t("study.exams.none")}
        </p>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
          {exams.map((exam) => (
            <ExamRow key={exam.id} exam={exam} onEdit={() => setEdited(exam)} />
          ))}
        </ul>
      )}
      {edited && (
        <ExamDialog
          exam={edited === "new" ? undefined : edited}
          subject={subject}
          onClose={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}

function ExamRow({ exam, onEdit }: { exam: Exam; onEdit: () => void }) {
  const { t } = useTranslation();
  const { title, subject, exam_on, days_left, new_cards, cards, plan } = exam;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        <p className="text-sm text-soft">
          {[subject, day(`${exam_on}T12:00:00`), t("study.exams.daysLeft", { count: days_left })]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <p className="mt-1 text-sm">
          {cards === 0
            ? t("study.exams.noCards")
            : new_cards === 0
              ? t("study.exams.allBegun")
              : t("study.exams.plan", {
                  count: plan.new_cards_a_day,
                  date: day(`${plan.new_cards_done_on}T12:00:00`),
                })}
        </p>
      </div>
      <IconButton label={t("study.exams.edit", { title })} size="small" onClick={onEdit}>
        <Pencil className="size-4" aria-hidden="true" />
      </IconButton>
    </li>
  );
}

function ExamDialog({
  exam,
  subject: first = "",
  onClose,
}: {
  exam: Exam | undefined;
  subject: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [title, setTitle] = useState(exam?.title ?? "");
  const [subject, setSubject] = useState(exam?.subject ?? first);
  const [date, setDate] = useState(exam?.exam_on ?? "");
  const done = async () => {
    await client.invalidateQueries({ queryKey: ["study"] });
    onClose();
  };
  const save = useMutation({
    mutationFn: () =>
      request(exam ? `/study/exams/${exam.id}` : "/study/exams", {
        method: exam ? "PATCH" : "POST",
        json: { title, subject: subject.trim() || null, exam_on: date },
      }),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: () => request(`/study/exams/${exam!.id}`, { method: "DELETE" }),
    onSuccess: done,
  });
  const problem = save.error instanceof Problem ? save.error : undefined;
  return (
    <Dialog open onOpenChange={onClose} title={exam ? exam.title : t("study.exams.add")}>
      <form
        className="grid gap-4 pt-2"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField
          label={t("common.title")}
          required
          value={title}
          error={problem?.fieldError("title")}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField
          label={t("study.exams.date")}
          type="date"
          required
          value={date}
          error={problem?.fieldError("exam_on")}
          onChange={(event) => setDate(event.target.value)}
        />
        <SubjectField value={subject} onChange={setSubject} />
        <ErrorNotice error={save.error ?? remove.error} />
        <div className="flex flex-wrap justify-end gap-2">
          {exam && (
            <Button
              variant="danger"
              className="mr-auto"
              busy={remove.isPending}
              onClick={() => remove.mutate()}
            >
              {t("common.delete")}
            </Button>
          )}
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
