/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-request.h"

#include <string.h>

#include "print-content.h"

/* As bh_print_queue_add_printer() takes it. */
#define MAX_PRINTER_BYTES 64

static gboolean
is_printable_ascii(const char *text)
{
  for (; *text != '\0'; text++) {
    if (!g_ascii_isprint(*text))
      return FALSE;
  }
  return TRUE;
}

/* Out of another domain into BH_PRINT_ERROR_BAD_JOB. */
static gboolean
refuse(GError *problem, GError **error)
{
  g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, problem->message);
  g_error_free(problem);
  return FALSE;
}

gboolean
bh_print_request_parse(const json_t *print_job, BhPrintRequest *out, GError **error)
{
  GError *problem = NULL;
  gint64 copies = 1;

  *out = (BhPrintRequest){.copies = 1};
  if (!json_is_object(print_job)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, "“printJob” must be an object");
    return FALSE;
  }
  out->job_id = bh_json_get_text(print_job, "jobId", BH_PRINT_MAX_JOB_ID_BYTES, &problem);
  if (out->job_id == NULL)
    return refuse(problem, error);
  if (!is_printable_ascii(out->job_id)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB,
                "“jobId” must be printable ASCII characters");
    return FALSE;
  }
  if (!bh_json_get_optional_text(print_job, "printer", MAX_PRINTER_BYTES, &out->printer,
                                 &problem) ||
      !bh_json_get_optional_integer(print_job, "copies", 1, BH_PRINT_MAX_COPIES, &copies, &problem))
    return refuse(problem, error);
  out->copies = (guint)copies;
  out->content = json_object_get(print_job, "content");
  if (!json_is_object(out->content)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, "“content” must be an object");
    return FALSE;
  }
  return TRUE;
}

gboolean
bh_print_request_check_content(const BhPrintRequest *request, guint columns, gsize max_bytes,
                               GError **error)
{
  const BhPrintContentOptions options = {.columns = columns};
  g_autoptr(GBytes) bytes = bh_print_content_encode(request->content, &options, max_bytes, error);

  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size(bytes) > max_bytes / request->copies) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE,
                "the job with its %u copies is larger than %" G_GSIZE_FORMAT " bytes",
                request->copies, max_bytes);
    return FALSE;
  }
  return TRUE;
}

GBytes *
bh_print_request_hash(const BhPrintRequest *request)
{
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *copies = g_strdup_printf("%u\n", request->copies);
  g_autofree char *content =
      json_dumps(request->content, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_assert(content != NULL);
  g_checksum_update(checksum, (const guchar *)copies, -1);
  g_checksum_update(checksum, (const guchar *)content, -1);
  g_checksum_get_digest(checksum, digest, &length);
  return g_bytes_new(digest, length);
}
