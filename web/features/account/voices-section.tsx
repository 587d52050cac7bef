/** Which voice reads which language; kept by the server, for every device. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Voices } from "#server/features/content/speech/shapes.ts";
import { IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";
import { baseOf, rememberVoice, voicesQuery, type ChosenVoice } from "../content/speech/voices.ts";

/** Its voices speak whatever the text is in: no language of their own. */
const ANY = "mul";

export function VoicesSection() {
  const { t, i18n } = useTranslation();
  const voices = useQuery(voicesQuery);
  const [picked, setPicked] = useState<string>();
  const choose = useMutation({
    mutationFn: ({ language, chosen }: { language: string; chosen: ChosenVoice | undefined }) =>
      rememberVoice(language, chosen),
  });
  if (!voices.data) return <ErrorNotice error={voices.error} />;
  const { items, chosen } = voices.data;
  const names = new Intl.DisplayNames(i18n.language, { type: "language", fallback: "code" });
  const nameOf = (language: string) =>
    language === ANY ? t("settings.voices.any") : (names.of(language) ?? language);
  const languages = languagesOf(items)
    .map((language) => ({ language, name: nameOf(language) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, i18n.language));
  if (languages.length === 0) return null;
  const wanted = picked ?? baseOf(i18n.language);
  const language = languages.some((one) => one.language === wanted)
    ? wanted
    : languages[0]!.language;
  const now = chosen.find((one) => one.language === language);
  const save = (value: string) => {
    const voice = items.find(({ id, engine }) => `${engine} ${id}` === value);
    choose.mutate({ language, chosen: voice && { engine: voice.engine, voice: voice.id } });
  };
  return (
    <Section title={t("settings.voices.title")} lead={t("settings.voices.lead")}>
      <ErrorNotice error={choose.error} />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t("settings.voices.language")}
          value={language}
          onChange={(event) => setPicked(event.target.value)}
        >
          {languages.map(({ language: one, name }) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t("settings.voices.voice")}
          value={now ? `${now.engine} ${now.voice}` : ""}
          disabled={choose.isPending}
          onChange={(event) => save(event.target.value)}
        >
          <option value="">{t("settings.voices.automatic")}</option>
          {items
            .filter((one) => baseOf(one.language) === language)
            .map(({ id, label, engine }) => (
              <option key={`${engine} ${id}`} value={`${engine} ${id}`}>
                {label}
              </option>
            ))}
        </SelectField>
      </div>
      <Chosen
        voices={voices.data}
        nameOf={nameOf}
        onForget={(one) => choose.mutate({ language: one, chosen: undefined })}
      />
    </Section>
  );
}

function Chosen({
  voices: { chosen, items },
  nameOf,
  onForget,
}: {
  voices: Voices;
  nameOf: (language: string) => string;
  onForget: (language: string) => void;
}) {
  const { t } = useTranslation();
  if (chosen.length === 0) return null;
  const labelOf = ({ engine, voice }: ChosenVoice) =>
    items.find((each) => each.id === voice && each.engine === engine)?.label ?? voice;
  return (
    <ul className={rows} aria-label={t("settings.voices.chosen")}>
      {chosen.map((one) => (
        <Row
          key={one.language}
          title={nameOf(one.language)}
          detail={labelOf(one)}
          action={
            <IconButton
              size="small"
              label={t("settings.voices.forget", { language: nameOf(one.language) })}
              onClick={() => onForget(one.language)}
            >
              <X className="size-4" aria-hidden="true" />
            </IconButton>
          }
        />
      ))}
    </ul>
  );
}

/** Those in which there is something to choose. */
function languagesOf(items: Voices["items"]) {
  const counts = new Map<string, number>();
  for (const { language } of items)
    counts.set(baseOf(language), (counts.get(baseOf(language)) ?? 0) + 1);
  return [...counts].flatMap(([language, count]) => (count > 1 ? [language] : []));
}
