/** A subject with those that are there: "biology " becomes the "Biology" that one has, never a second one. */
import { useQuery } from "@tanstack/react-query";
import { useId, type ComponentProps } from "react";
import { SUBJECT_LENGTH } from "#server/vocabulary.ts";
import { TextField } from "../../ui/field.tsx";
import { subjectsQuery } from "../study/queries.ts";

export function SubjectField(props: ComponentProps<typeof TextField>) {
  const list = useId();
  const subjects = useSubjects();
  return (
    <>
      <TextField {...props} list={list} maxLength={SUBJECT_LENGTH} autoComplete="off" />
      <datalist id={list}>
        {subjects.map((subject) => (
          <option key={subject} value={subject} />
        ))}
      </datalist>
    </>
  );
}

export function useSubjects() {
  const { data = [] } = useQuery(subjectsQuery);
  return data.flatMap(({ subject }) => (subject ? [subject] : []));
}

/** The spelling that is there; undefined for none. */
export function sameSubject(typed: string, known: string[]) {
  const plain = fold(typed);
  return known.find((subject) => fold(subject) === plain) ?? (typed.trim() || undefined);
}

const fold = (text: string) => text.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();
