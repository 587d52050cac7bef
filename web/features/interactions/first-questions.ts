import type { Materials } from "./materials-field.tsx";

interface FirstQuestion {
  question: string;
  materials?: Materials;
}

/** A question that was typed before its conversation existed; the conversation's page asks it. */
export const firstQuestions = new Map<string, FirstQuestion>();
