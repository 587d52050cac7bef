/** The project's own lecture, for who has no file at hand; and away with it by one press. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Sample } from "#server/features/content/samples/shapes.ts";
import { request } from "../../api/client.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { toastError } from "../../ui/toast.tsx";

const sampleQuery = queryOptions({
  queryKey: ["sample"],
  queryFn: ({ signal }) => request<Sample>("/sample", { signal }),
});

export function SampleButton() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sample = useQuery(sampleQuery);
  const add = useMutation({
    mutationFn: () => request<Sample>("/sample", { method: "POST" }),
    onSuccess: (answer) => client.setQueryData(sampleQuery.queryKey, answer),
    onError: toastError,
  });
  return (
    <Button busy={add.isPending || sample.data?.job_id != null} onClick={() => add.mutate()}>
      <FlaskConical className="size-4" aria-hidden="true" />
      {t(sample.data?.job_id ? "library.sampleMaking" : "library.sampleTry")}
    </Button>
  );
}

/** While something of it is there. */
export function SampleNotice() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useQuery(sampleQuery);
  const remove = useMutation({
    mutationFn: () => request("/sample", { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries(),
    onError: toastError,
  });
  const isThere = data && data.recordings.length + data.study_materials.length > 0;
  if (!isThere) return null;
  return (
    <div className="mb-5">
      <Notice
        action={
          <div className="flex flex-wrap gap-2">
            <Link
              to="/tutor"
              search={{ subject: undefined }}
              className={buttonClass("plain", "small")}
            >
              {t("library.sampleAsk")}
            </Link>
            <Button size="small" busy={remove.isPending} onClick={() => remove.mutate()}>
              {t("library.sampleRemove")}
            </Button>
          </div>
        }
      >
        {t("library.sampleThere")}
      </Notice>
    </div>
  );
}
