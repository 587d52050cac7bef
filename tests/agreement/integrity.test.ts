/** The database refuses what would be wrong, by the name of the constraint, whatever the code above it does. */
import { readFile } from "node:fs/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "#database/connect.ts";
import { SCHEMAS_FOLDER } from "#database/schema-files.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { startPostgresql15 } from "#tests/support/postgresql-15.ts";

const ann = "00000000-0000-7000-8000-00000000000a";
const bob = "00000000-0000-7000-8000-00000000000b";
/** Rows of Ann's, one of each; Bob has none but himself. */
const id = (n: number) => `00000000-0000-7000-8000-0000000000${String(n).padStart(2, "0")}`;
const [
  recording,
  trJob,
  transcription,
  job,
  material,
  speech,
  conversation,
  question,
  answer,
  card,
] = Array.from({ length: 10 }, (_, n) => id(n + 10));
const bytes = (n: number) => `decode(repeat('ab', ${n}), 'hex')`;
const recordingColumns =
  "recordings (user_id, title, mime_type, size_bytes, sha256, storage_key, duration_seconds)";
const passageColumns =
  "passages (user_id, transcription_id, study_material_id, number, text, start_offset, end_offset)";
const speechColumns =
  "tts_audio_files (user_id, job_id, text, content_hash, provider, voice, speed, format)";
const attempt = "jobs (user_id, job_type, attempts, max_attempts)";

const GOOD = `
insert into users (id, email, username) values ('${ann}', 'Ann@example.org', 'ann'),
  ('${bob}', 'bob@example.org', 'bob');
insert into oauth_connections (user_id, provider, provider_user_id) values ('${ann}', 'google', '1');
insert into refresh_tokens (user_id, family_id, token_hash, expires_at)
values ('${ann}', new_id(), ${bytes(32)}, now() + interval '1 day');
insert into password_reset_tokens (user_id, token_hash, expires_at)
values ('${ann}', ${bytes(32)}, now() + interval '1 day');
insert into jobs (id, user_id, job_type) values ('${job}', '${ann}', 'transcribe');
insert into job_attempts (job_id, attempt, worker) values ('${job}', 1, 'w');
insert into recordings (id, user_id, title, mime_type, size_bytes, sha256, storage_key)
values ('${recording}', '${ann}', 'A', 'audio/mpeg', 1, ${bytes(32)}, 'a');
insert into waveforms (user_id, recording_id, peaks, duration_seconds) values ('${ann}', '${recording}', '\\x00', 1);
insert into transcription_jobs (id, user_id, recording_id, job_id)
values ('${trJob}', '${ann}', '${recording}', '${job}');
insert into transcriptions (id, user_id, recording_id, transcription_job_id, engine)
values ('${transcription}', '${ann}', '${recording}', '${trJob}', 'e');
insert into transcription_segments (user_id, transcription_id, number, start_seconds, end_seconds, text)
values ('${ann}', '${transcription}', 0, 0, 1, 'light');
insert into supplied_captions (user_id, transcription_id, format, content)
values ('${ann}', '${transcription}', 'srt', '\\x00');
insert into study_materials (id, user_id, title, kind) values ('${material}', '${ann}', 'M', 'note');
insert into passages (user_id, transcription_id, number, text, start_offset, end_offset, search_vector)
values ('${ann}', '${transcription}', 0, 'light', 0, 5, 'light:1');
insert into passage_embeddings (user_id, passage_id, model, signature, vector)
select user_id, id, 'm', repeat('0', 384)::bit(384), '\\x00000000' from passages;
insert into tts_audio_files (id, user_id, job_id, text, content_hash, provider, voice, format)
values ('${speech}', '${ann}', '${job}', 'T', ${bytes(32)}, 'p', 'v', 'mp3');
insert into conversations (id, user_id, title) values ('${conversation}', '${ann}', 'C');
insert into messages (id, user_id, conversation_id, role, content)
values ('${question}', '${ann}', '${conversation}', 'user', 'why?');
insert into messages (id, user_id, conversation_id, reply_to, role, content)
values ('${answer}', '${ann}', '${conversation}', '${question}', 'assistant', 'so');
insert into citations (user_id, message_id, number, quote, transcription_id, source_title, start_offset,
  end_offset) values ('${ann}', '${answer}', 1, 'light', '${transcription}', 'A', 0, 5);
insert into cards (id, user_id, note_id, front) values ('${card}', '${ann}', 'n', 'Q');
insert into card_witnesses (user_id, card_id, quote, transcription_id, source_title, start_offset, end_offset)
values ('${ann}', '${card}', 'light', '${transcription}', 'A', 0, 5);
insert into card_media (user_id, filename, mime_type, size_bytes, sha256, storage_key)
values ('${ann}', 'a.png', 'image/png', 1, ${bytes(32)}, 'm');
insert into card_reviews (user_id, id, card_id, rating, reviewed_at) values ('${ann}', new_id(), '${card}', 3, now());
insert into study_settings (user_id) values ('${ann}');
insert into chosen_voices (user_id, language, engine, voice) values ('${ann}', 'en', 'flite', 'slt');
insert into card_suggestions (user_id, id, subject, asked) values ('${ann}', '${job}', 'S', 5);
insert into suggested_cards (user_id, suggestion_id, number, kind, front, quote, source_title, start_offset,
  end_offset) values ('${ann}', '${job}', 0, 'cloze', 'Q', 'q', 's', 0, 1);
insert into source_summaries (user_id, id, recording_id) values ('${ann}', '${job}', '${recording}');
insert into summary_sentences (user_id, summary_id, number, text, quote, source_title, start_offset, end_offset)
values ('${ann}', '${job}', 1, 'T', 'q', 's', 0, 1);
insert into quizzes (id, user_id, mode, subject) values ('${card}', '${ann}', 'exam', 'S');
insert into quiz_questions (user_id, quiz_id, number, kind, front, back)
values ('${ann}', '${card}', 1, 'typed', 'Q', 'A');
insert into card_transfers (user_id, id, direction, format) values ('${ann}', '${job}', 'export', 'apkg');
insert into exam_dates (user_id, title, exam_on) values ('${ann}', 'Exam', '2027-02-01');
insert into study_places (user_id, source_kind, source_id) values ('${ann}', 'recording', '${recording}');
insert into recording_slides (user_id, recording_id, study_material_id)
values ('${ann}', '${recording}', '${material}');
insert into slide_spans (user_id, recording_id, number, page, start_seconds, end_seconds)
values ('${ann}', '${recording}', 0, 1, 0, 1);
insert into recording_speakers (user_id, recording_id, label) values ('${ann}', '${recording}', 'Speaker');
insert into speaker_turns (user_id, recording_id, number, name, start_seconds, end_seconds)
values ('${ann}', '${recording}', 0, 'Speaker 1', 0, 1);
insert into recording_chapters (user_id, recording_id, chapters)
values ('${ann}', '${recording}', '[]');
insert into marks (user_id, study_material_id, page) values ('${ann}', '${material}', 1);
insert into vocabulary_terms (id, user_id, term, origin) values ('${card}', '${ann}', 'light', 'student');
insert into proposed_corrections (user_id, transcription_id, segment_number, start_in_segment, heard,
  replacement, term_id, nearness, start_seconds, end_seconds)
    values ('${ann}', '${transcription}', 0, 0, 'lite', 'light', '${card}', 1, 0, 1);
insert into search_measurements (user_id, engines) values ('${ann}', '{words}');
insert into search_choices (user_id, engine) values ('${ann}', 'words');
insert into account_exports (user_id) values ('${ann}');
insert into account_activity (user_id, kind) values ('${ann}', 'login');
insert into login_challenges (user_id, token_hash, expires_at)
values ('${ann}', ${bytes(32)}, now() + interval '1 day');
insert into mails (user_id, kind, content, content_key_id, expires_at)
values ('${ann}', 'notice', ${bytes(40)}, 'k1', now() + interval '1 day');
insert into email_changes (user_id, old_email, new_email, token_hash, expires_at)
values ('${ann}', 'a@example.org', 'b@example.org', ${bytes(32)}, now() + interval '1 day');
insert into account_imports (id, user_id, storage_key, size_bytes) values ('${trJob}', '${ann}', 'z', 1);
insert into account_import_items (user_id, import_id, table_name, row_id)
values ('${ann}', '${trJob}', 'cards', '${card}');
insert into account_deletions (user_id, asked_by, delete_at) values ('${ann}', 'person', now() + interval '1 day');
insert into account_deletion_links (user_id, token_hash, expires_at)
values ('${ann}', ${bytes(32)}, now() + interval '1 hour');
insert into deletion_remains (receipt_id, settled_at) values ('${trJob}', now());
insert into installation_settings (name, value) values ('LM_LLM_MODEL', 'm');
insert into uploads (user_id, recording_id, study_material_id) values ('${ann}', '${recording}', '${material}');
insert into idempotency_keys (user_id, key, request_hash) values ('${ann}', 'k', ${bytes(32)});
insert into email_verification_tokens (user_id, email, token_hash, expires_at)
values ('${ann}', 'ann@example.org', ${bytes(32)}, now() + interval '1 day');
insert into totp_secrets (user_id, secret, secret_key_id) values ('${ann}', ${bytes(30)}, 'k1');
insert into recovery_codes (user_id, code_hash) values ('${ann}', ${bytes(32)});
insert into passkeys (user_id, name, credential_id, public_key) values ('${ann}', 'key', 'abc', ${bytes(32)});
insert into passkey_challenges (user_id, challenge_hash, expires_at)
values ('${ann}', ${bytes(32)}, now() + interval '1 day');
insert into api_keys (user_id, name, token_hash, hint, scopes)
values ('${ann}', 'key', ${bytes(32)}, 'lm_abc', '{read}');
insert into invitations (user_id, token_hash, expires_at, used_by)
values ('${ann}', ${bytes(32)}, now() + interval '1 day', '${bob}');`;

/** The name of what refuses (constraint or column that may not be null), and the statement. */
const BAD: [name: string, statement: string][] = [
  // One address, one person, whatever its case; and never empty.
  ["users_email_key", `insert into users (email) values ('ANN@EXAMPLE.ORG')`],
  ["users_email_check", `insert into users (email) values ('')`],
  ["users_email_check", `insert into users (email) values (' ann@example.org')`],
  ["users_email_check", `insert into users (email) values (repeat('a', 250) || '@example.org')`],
  ["email", `insert into users (email) values (null)`],
  ["users_username_key", `insert into users (email, username) values ('c@example.org', 'ANN')`],
  ["users_full_name_check", `update users set full_name = ''`],
  ["users_password_hash_check", `update users set password_hash = 'plain'`],
  // Every status, role, type, provider.
  ["users_role_check", `update users set role = 'god'`],
  ["oauth_connections_provider_check", `update oauth_connections set provider = 'My Space!'`],
  ["transcription_jobs_status_check", `update transcription_jobs set status = 'done'`],
  ["transcription_jobs_stage_check", `update transcription_jobs set stage = 'thinking'`],
  ["transcriptions_source_check", `update transcriptions set source = 'guessed'`],
  ["jobs_status_check", `update jobs set status = 'done'`],
  ["jobs_job_type_check", `update jobs set job_type = ''`],
  ["recordings_recording_type_check", `update recordings set recording_type = 'song'`],
  ["study_materials_kind_check", `update study_materials set kind = 'exe'`],
  ["study_materials_status_check", `update study_materials set status = 'done'`],
  ["tts_audio_files_status_check", `update tts_audio_files set status = 'done'`],
  ["tts_audio_files_format_check", `update tts_audio_files set format = 'midi'`],
  ["tts_audio_files_provider_check", `update tts_audio_files set provider = ''`],
  ["tts_audio_files_subject_check", `update tts_audio_files set subject = ''`],
  [
    "tts_audio_files_source_or_subject_check",
    `update tts_audio_files set source_kind = 'message', source_id = new_id(), subject = 'S'`,
  ],
  ["chosen_voices_language_check", `update chosen_voices set language = ''`],
  ["chosen_voices_engine_check", `update chosen_voices set engine = ''`],
  ["chosen_voices_voice_check", `update chosen_voices set voice = ''`],
  [
    "tts_audio_files_source_kind_check",
    `update tts_audio_files set source_kind = 'x', source_id = new_id()`,
  ],
  [
    "conversations_source_kind_check",
    `update conversations set source_kind = 'x', source_id = new_id()`,
  ],
  ["conversations_source_id_check", `update conversations set source_kind = 'recording'`],
  ["messages_role_check", `update messages set role = 'system'`],
  ["messages_status_check", `update messages set status = 'done'`],
  ["citations_status_check", `update citations set status = 'fine'`],
  ["card_witnesses_status_check", `update card_witnesses set status = 'fine'`],
  ["marks_status_check", `update marks set status = 'fine'`],
  ["marks_area_check", `update marks set area = '{0,0,2,1}'`],
  ["marks_place_check", `update marks set page = null`],
  ["search_measurements_status_check", `update search_measurements set status = 'done'`],
  ["search_measurements_failed_check", `update search_measurements set status = 'failed'`],
  ["search_measurements_completed_check", `update search_measurements set status = 'completed'`],
  ["search_measurements_engines_check", `update search_measurements set engines = '{}'`],
  ["vocabulary_terms_status_check", `update vocabulary_terms set status = 'fine'`],
  ["vocabulary_terms_origin_check", `update vocabulary_terms set origin = 'guessed'`],
  ["vocabulary_terms_term_check", `update vocabulary_terms set term = ''`],
  ["vocabulary_terms_offset_check", `update vocabulary_terms set quote = 'q'`],
  [
    "proposed_corrections_decision_check",
    `update proposed_corrections set decision = 'perhaps', decided_at = now()`,
  ],
  ["proposed_corrections_decided_at_check", `update proposed_corrections set decision = 'taken'`],
  ["proposed_corrections_confidence_check", `update proposed_corrections set confidence = 2`],
  ["proposed_corrections_nearness_check", `update proposed_corrections set nearness = 2`],
  ["recording_speakers_status_check", `update recording_speakers set status = 'done'`],
  ["recording_slides_status_check", `update recording_slides set status = 'done'`],
  ["account_exports_status_check", `update account_exports set status = 'done'`],
  ["account_activity_kind_check", `update account_activity set kind = 'Logged in'`],
  ["job_attempts_progress_check", `update job_attempts set progress = 2`],
  ["login_challenges_expires_at_check", `update login_challenges set expires_at = created_at`],
  ["users_quotas_check", `update users set quotas = '[]'`],
  ["mails_expires_at_check", `update mails set expires_at = created_at`],
  ["mails_kind_check", `update mails set kind = 'other'`],
  ["mails_attempts_check", `update mails set attempts = -1`],
  ["mails_content_key_id_check", `update mails set content_key_id = ''`],
  ["mails_error_code_check", `update mails set error_code = ''`],
  ["mails_content_check", `update mails set content = ${bytes(28)}`],
  ["email_changes_expires_at_check", `update email_changes set expires_at = created_at`],
  ["account_deletions_asked_by_check", `update account_deletions set asked_by = 'nobody'`],
  [
    "account_deletions_delete_at_check",
    `update account_deletions set delete_at = created_at - interval '1 day'`,
  ],
  [
    "account_deletion_links_expires_at_check",
    `update account_deletion_links set expires_at = created_at`,
  ],
  ["installation_settings_name_check", `update installation_settings set name = 'PATH'`],
  ["installation_settings_value_check", `update installation_settings set value = ''`],
  ["installation_settings_either_check", `update installation_settings set value = null`],
  [
    "installation_settings_either_check",
    `update installation_settings set sealed = '\\x00', key_id = 'k1'`,
  ],
  ["deletion_remains_prefix_check", `update deletion_remains set prefix = '/'`],
  ["account_imports_status_check", `update account_imports set status = 'done'`],
  ["card_suggestions_status_check", `update card_suggestions set status = 'done'`],
  [
    "card_suggestions_source_kind_check",
    `update card_suggestions set source_kind = 'x', source_id = new_id()`,
  ],
  ["source_summaries_status_check", `update source_summaries set status = 'done'`],
  ["source_summaries_source_check", `update source_summaries set recording_id = null`],
  ["source_summaries_parts_check", `update source_summaries set parts = 1, parts_read = 2`],
  ["summary_sentences_text_check", `update summary_sentences set text = ''`],
  ["summary_sentences_status_check", `update summary_sentences set status = 'fine'`],
  ["suggested_cards_kind_check", `update suggested_cards set kind = 'song'`],
  ["suggested_cards_status_check", `update suggested_cards set status = 'fine'`],
  ["suggested_cards_decision_check", `update suggested_cards set decision = 'perhaps'`],
  ["quizzes_mode_check", `update quizzes set mode = 'dream'`],
  ["quizzes_source_kind_check", `update quizzes set source_kind = 'x', source_id = new_id()`],
  ["quiz_questions_kind_check", `update quiz_questions set kind = 'song'`],
  ["quiz_questions_status_check", `update quiz_questions set status = 'fine'`],
  ["quiz_questions_answered_check", `update quiz_questions set is_right = true`],
  ["card_transfers_status_check", `update card_transfers set status = 'done'`],
  ["card_transfers_format_check", `update card_transfers set format = 'exe'`],
  ["study_places_source_kind_check", `update study_places set source_kind = 'x'`],
  ["cards_kind_check", `update cards set kind = 'song'`],
  [
    "cards_state_check",
    `update cards set state = 'known', stability = 1, difficulty = 1, last_reviewed_at = now()`,
  ],
  ["card_reviews_rating_check", `update card_reviews set rating = 5`],
  ["uploads_status_check", `update uploads set status = 'done'`],
  ["uploads_kind_check", `update uploads set kind = 'virus'`],
  ["invitations_role_check", `update invitations set role = 'god'`],
  ["api_keys_scopes_check", `update api_keys set scopes = '{}'`],
  ["job_attempts_outcome_check", `update job_attempts set outcome = 'maybe', ended_at = now()`],
  // Ranges: confidence, progress, attempts, priority, seconds, sizes.
  ["transcriptions_confidence_check", `update transcriptions set confidence = 1.1`],
  ["transcriptions_confidence_check", `update transcriptions set confidence = 'NaN'`],
  [
    "transcription_segments_confidence_check",
    `update transcription_segments set confidence = -0.1`,
  ],
  [
    "transcription_jobs_progress_seconds_check",
    `update transcription_jobs set progress_seconds = -1`,
  ],
  [
    "transcription_jobs_progress_seconds_check",
    `update transcription_jobs set progress_seconds = 2, duration_seconds = 1`,
  ],
  ["jobs_progress_check", `update jobs set progress = 1.01`],
  ["jobs_progress_check", `update jobs set progress = 'NaN'`],
  ["jobs_attempts_check", `insert into ${attempt} values ('${ann}', 'x', 6, 5)`],
  ["jobs_attempts_check", `insert into ${attempt} values ('${ann}', 'x', -1, 5)`],
  ["jobs_max_attempts_check", `insert into ${attempt} values ('${ann}', 'x', 0, 0)`],
  ["jobs_priority_check", `update jobs set priority = 101`],
  ["jobs_locked_by_check", `update jobs set status = 'processing'`],
  ["recordings_size_bytes_check", `update recordings set size_bytes = 0`],
  ["recordings_duration_seconds_check", `update recordings set duration_seconds = 'NaN'`],
  [
    "transcription_segments_end_seconds_check",
    `update transcription_segments set start_seconds = 2`,
  ],
  ["tts_audio_files_speed_check", `update tts_audio_files set speed = 9`],
  ["passages_offset_check", `update passages set end_offset = 0`],
  ["citations_offset_check", `update citations set end_offset = 0`],
  ["uploads_offset_bytes_check", `update uploads set length_bytes = 1, offset_bytes = 2`],
  // Shapes of JSON.
  ["jobs_payload_check", `update jobs set payload = '[]'`],
  ["jobs_result_check", `update jobs set result = '"text"'`],
  ["payload", `update jobs set payload = null`],
  ["study_materials_layout_check", `update study_materials set layout = '{}'`],
  ["study_materials_sections_check", `update study_materials set sections = '{}'`],
  ["transcription_segments_words_check", `update transcription_segments set words = '{}'`],
  ["uploads_metadata_check", `update uploads set metadata = '[]'`],
  // Tokens end after they begin, and are hashes.
  ["refresh_tokens_expires_at_check", `update refresh_tokens set expires_at = created_at`],
  [
    "password_reset_tokens_expires_at_check",
    `update password_reset_tokens set expires_at = created_at`,
  ],
  [
    "email_verification_tokens_expires_at_check",
    `update email_verification_tokens set expires_at = created_at`,
  ],
  [
    "oauth_connections_token_expires_at_check",
    `update oauth_connections set token_expires_at = created_at`,
  ],
  ["passkey_challenges_expires_at_check", `update passkey_challenges set expires_at = created_at`],
  ["invitations_expires_at_check", `update invitations set expires_at = created_at`],
  ["api_keys_expires_at_check", `update api_keys set expires_at = created_at`],
  ["refresh_tokens_token_hash_check", `update refresh_tokens set token_hash = 'short'`],
  [
    "refresh_tokens_token_hash_key",
    `insert into refresh_tokens (user_id, family_id, token_hash, expires_at)
      values ('${bob}', new_id(), ${bytes(32)}, now() + interval '1 day')`,
  ],
  ["oauth_connections_token_check", `update oauth_connections set access_token = ${bytes(40)}`],
  // The owner of a child row is the owner of its parent.
  [
    "transcription_jobs_recording_id_fkey",
    `insert into transcription_jobs (user_id, recording_id) values ('${bob}', '${recording}')`,
  ],
  [
    "transcription_jobs_job_id_fkey",
    `with mine as (insert into ${recordingColumns} values ('${bob}', 'B', 'audio/mpeg', 1, ${bytes(32)}, 'b', 1)
      returning id) insert into transcription_jobs (user_id, recording_id, job_id) select '${bob}', id, '${job}'
      from mine`,
  ],
  [
    "transcriptions_recording_id_fkey",
    `insert into transcriptions (user_id, recording_id, engine) values ('${bob}', '${recording}', 'e')`,
  ],
  [
    "transcription_segments_transcription_id_fkey",
    `insert into transcription_segments (user_id, transcription_id, number, start_seconds, end_seconds, text)
      values ('${bob}', '${transcription}', 0, 0, 1, 'x')`,
  ],
  [
    "tts_audio_files_job_id_fkey",
    `insert into ${speechColumns} values ('${bob}', '${job}', 'T', ${bytes(32)}, 'p', 'v', 1, 'mp3')`,
  ],
  [
    "messages_conversation_id_fkey",
    `insert into messages (user_id, conversation_id, role, content)
      values ('${bob}', '${conversation}', 'user', 'mine?')`,
  ],
  [
    "messages_reply_to_fkey",
    `with other as (insert into conversations (user_id, title) values ('${ann}', 'D') returning id)
      insert into messages (user_id, conversation_id, reply_to, role)
      select '${ann}', id, '${question}', 'assistant' from other`,
  ],
  [
    "passages_transcription_id_fkey",
    `insert into ${passageColumns} values ('${bob}', '${transcription}', null, 0, 'x', 0, 1)`,
  ],
  [
    "passages_study_material_id_fkey",
    `insert into ${passageColumns} values ('${bob}', null, '${material}', 0, 'x', 0, 1)`,
  ],
  [
    "citations_message_id_fkey",
    `insert into citations (user_id, message_id, number, quote, source_title, start_offset, end_offset)
      values ('${bob}', '${answer}', 1, 'q', 's', 0, 1)`,
  ],
  [
    "card_witnesses_card_id_fkey",
    `insert into card_witnesses (user_id, card_id, quote, source_title, start_offset, end_offset)
      values ('${bob}', '${card}', 'q', 's', 0, 1)`,
  ],
  [
    "card_reviews_card_id_fkey",
    `insert into card_reviews (user_id, id, card_id, rating, reviewed_at)
      values ('${bob}', new_id(), '${card}', 3, now())`,
  ],
  [
    "waveforms_recording_id_fkey",
    `insert into waveforms (user_id, recording_id, peaks, duration_seconds)
      values ('${bob}', '${recording}', '\\x00', 1)`,
  ],
  [
    "uploads_recording_id_fkey",
    `insert into uploads (user_id, recording_id) values ('${bob}', '${recording}')`,
  ],
  // One current transcription a recording, one transcription a job, one source a passage.
  [
    "transcriptions_current_key",
    `insert into transcriptions (user_id, recording_id, engine) values ('${ann}', '${recording}', 'e')`,
  ],
  [
    "transcriptions_transcription_job_id_key",
    `insert into transcriptions (user_id, recording_id, transcription_job_id, engine, is_current)
      values ('${ann}', '${recording}', '${trJob}', 'e', false)`,
  ],
  [
    "passages_source_check",
    `insert into ${passageColumns} values ('${ann}', '${transcription}', '${material}', 1, 'x', 0, 1)`,
  ],
  [
    "tts_audio_files_content_hash_key",
    `insert into ${speechColumns} values ('${ann}', null, 'T', ${bytes(32)}, 'p', 'v', 1, 'mp3')`,
  ],
  // Empty and boundless texts.
  ["recordings_title_check", `update recordings set title = ''`],
  ["recordings_title_check", `update recordings set title = repeat('a', 501)`],
  ["conversations_title_check", `update conversations set title = repeat('a', 501)`],
  ["study_materials_title_check", `update study_materials set title = ''`],
  [
    "messages_not_empty_check",
    `insert into messages (user_id, conversation_id, role, content) values ('${ann}', '${conversation}', 'user', '  ')`,
  ],
  [
    "messages_content_check",
    `insert into messages (user_id, conversation_id, role, content)
      values ('${ann}', '${conversation}', 'user', repeat('a', 5001))`,
  ],
  ["tts_audio_files_text_check", `update tts_audio_files set text = ''`],
  ["title", `update recordings set title = null`],
  // What failed says why; what is ready has a file.
  ["transcription_jobs_failed_check", `update transcription_jobs set status = 'failed'`],
  ["messages_failed_check", `update messages set status = 'failed'`],
  ["study_materials_failed_check", `update study_materials set status = 'failed'`],
  ["tts_audio_files_ready_check", `update tts_audio_files set status = 'ready'`],
];

let fifteen: Awaited<ReturnType<typeof startPostgresql15>>;
beforeAll(async () => {
  fifteen = await startPostgresql15();
});
afterAll(() => fifteen?.stop());

describe.each(["18", "15"] as const)("on PostgreSQL %s", (version) => {
  let client: pg.Client;

  beforeAll(async () => {
    const url = version === "15" ? fifteen.url : (await createTestDatabase("template0")).url;
    client = await connect(url);
    await client.query(await readFile(`${SCHEMAS_FOLDER}/master-schema.sql`, "utf8"));
    await client.query(GOOD);
  });
  afterAll(() => client?.end());

  async function undone(work: () => Promise<void>) {
    await client.query("begin");
    try {
      await work();
    } finally {
      await client.query("rollback");
    }
  }

  const rowsOf = async (table: string, where = "true") =>
    Number(
      (await client.query<{ n: string }>(`select count(*) as n from ${table} where ${where}`))
        .rows[0]!.n,
    );

  test.each(BAD)("%s refuses: %s", (name, statement) =>
    undone(async () => {
      const error = await client.query(statement).then(
        () => undefined,
        (thrown: pg.DatabaseError) => thrown,
      );
      // 23…: integrity constraint violation; a column that may not be null is named as such.
      expect(error?.code).toMatch(/^23/);
      expect(error!.constraint ?? error!.column).toBe(name);
    }),
  );

  test("deleting a user deletes their rows in every table", () =>
    undone(async () => {
      const { rows } = await client.query<{ name: string }>(
        `select table_name as name from information_schema.columns
         where table_schema = current_schema() and column_name = 'user_id' order by 1`,
      );
      for (const { name } of rows)
        expect([name, await rowsOf(name, `user_id = '${ann}'`)]).not.toEqual([name, 0]);
      await client.query(`delete from users where id = '${ann}'`);
      for (const { name } of rows)
        expect([name, await rowsOf(name, `user_id = '${ann}'`)]).toEqual([name, 0]);
      expect(await rowsOf("job_attempts")).toBe(0);
      expect(await rowsOf("users")).toBe(1);
    }));

  test("deleting a conversation deletes its messages and their citations", () =>
    undone(async () => {
      await client.query(`delete from conversations where id = '${conversation}'`);
      expect(await rowsOf("messages")).toBe(0);
      expect(await rowsOf("citations")).toBe(0);
      expect(await rowsOf("transcriptions")).toBe(1);
    }));

  test("deleting a job leaves what it made", () =>
    undone(async () => {
      await client.query(`delete from jobs`);
      expect(await rowsOf("tts_audio_files", "job_id is null")).toBe(1);
      expect(await rowsOf("transcription_jobs", "job_id is null")).toBe(1);
      await client.query(`delete from transcription_jobs`);
      expect(await rowsOf("transcriptions", "transcription_job_id is null")).toBe(1);
      expect(await rowsOf("transcription_segments")).toBe(1);
    }));

  test("updated_at follows every change, whatever the statement says", () =>
    undone(async () => {
      for (const table of [
        "users",
        "oauth_connections",
        "study_materials",
        "conversations",
        "cards",
      ]) {
        await client.query(`update ${table} set updated_at = '2000-01-01'`);
        expect(await rowsOf(table, "updated_at < '2001-01-01'")).toBe(0);
      }
    }));
});

test("the lists of this test are complete: every check of a status, role, type, range or expiry", async () => {
  const client = await connect((await createTestDatabase()).url);
  try {
    const { rows } = await client.query<{ name: string }>(
      `select conname as name from pg_constraint
       where contype = 'c' and conname ~ ('_(status|role|recording_type|job_type|kind|stage|outcome'
         || '|expires_at|confidence|progress|attempts)_check$')
         and connamespace = current_schema()::regnamespace`,
    );
    const tried = new Set(BAD.map(([name]) => name));
    expect(rows.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  } finally {
    await client.end();
  }
});
