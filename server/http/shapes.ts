/** Fields that many requests have: a title, a subject and a language are the same everywhere. */
import { z } from "@hono/zod-openapi";
import { MESSAGE_LENGTH, SUBJECT_LENGTH, TITLE_LENGTH } from "#server/vocabulary.ts";

const atMost = (length: number) => `is longer than ${length.toLocaleString("en")} characters`;

/** Composed (NFC): what looks the same is the same, whatever keyboard or file system it came from. */
export const title = z
  .string()
  .trim()
  .normalize("NFC")
  .min(1, "is empty")
  .max(TITLE_LENGTH, atMost(TITLE_LENGTH));

export const subject = z
  .string()
  .trim()
  .normalize("NFC")
  .min(1, "is empty")
  .max(SUBJECT_LENGTH, atMost(SUBJECT_LENGTH));

/** Of a filter: no such subject is an empty list, not a mistake. */
export const subjectFilter = z
  .string()
  .normalize("NFC")
  .min(1, "is empty")
  .max(SUBJECT_LENGTH, atMost(SUBJECT_LENGTH));

const tag = z
  .string()
  .trim()
  .normalize("NFC")
  .min(1, "is empty")
  .max(100, "is longer than 100 characters")
  .regex(/^\S+$/u, "must not hold spaces");
export const tags = z.array(tag).max(50, "are more than 50");

/** BCP 47, as far as its form goes (RFC 5646, section 2.1). */
export const language = z
  .string()
  .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, "is not a language tag such as en or pt-BR")
  .max(35, atMost(35));

export const question = z
  .string()
  .normalize("NFC")
  .max(MESSAGE_LENGTH, atMost(MESSAGE_LENGTH))
  .refine((text) => text.trim().length > 0, "is empty");
