/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <string.h>

#include "plain-text.h"
#include "verb-private.h"

/* What a hub takes in one request has room for it, written in base64. */
#define MAX_FILE_BYTES (512 * 1024)

static const char png_signature[] = "\x89PNG\r\n\x1a\n";

/* Lines of plain text, and nothing that a printer would obey. */
static gboolean
is_text(const char *bytes, gsize length)
{
  if (!g_utf8_validate_len(bytes, length, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl(bytes[i]) && strchr("\t\r\n\f", bytes[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
starts_with(const char *bytes, gsize length, const char *start)
{
  return length >= strlen(start) && memcmp(bytes, start, strlen(start)) == 0;
}

/* Returns: (transfer full) (nullable): `printJob.content` */
static json_t *
make_content(const char *bytes, gsize length, const char *name, GError **error)
{
  g_autofree char *base64 = NULL;

  if (starts_with(bytes, length, "%PDF") || starts_with(bytes, length, "\xff\xd8")) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                _("A receipt printer cannot print “%s”. It prints plain text, pictures of the type "
                  "PNG, and what is written in its own language."),
                name);
    return NULL;
  }
  if (is_text(bytes, length))
    return json_pack("{s:s%}", "text", bytes, length);
  base64 = g_base64_encode((const guchar *)bytes, length);
  return json_pack("{s:s}", starts_with(bytes, length, png_signature) ? "png" : "escpos", base64);
}

/* Returns: (transfer full) (nullable) */
static json_t *
read_content(const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  g_autofree char *name = g_filename_display_name(path);
  g_autofree char *plain = bh_plain_text(name);
  g_autoptr(GError) problem = NULL;
  gsize length;

  if (!g_file_get_contents(path, &bytes, &length, &problem)) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” cannot be read: %s"), plain,
                problem->message);
    return NULL;
  }
  if (length == 0 || length > MAX_FILE_BYTES) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                length == 0 ? _("“%s” is empty: there is nothing to print.")
                            : _("“%s” is too large for a receipt printer."),
                plain);
    return NULL;
  }
  return make_content(bytes, length, plain, error);
}

gboolean
bh_verb_print(BhVerbLine *line, GError **error)
{
  json_t *content = read_content(line->words[0], error);
  g_autofree char *printer = NULL;
  g_autofree char *job_id = NULL;
  g_autoptr(json_t) job = NULL;
  g_autoptr(json_t) answer = NULL;

  if (content == NULL)
    return FALSE;
  job_id = g_uuid_string_random();
  job = json_pack("{s:s, s:o}", "jobId", job_id, "content", content);
  if (line->printer != NULL) {
    printer = bh_verb_find_printer(line, line->printer, error);
    if (printer == NULL)
      return FALSE;
    json_object_set_new(job, "printer", json_string(printer));
  }
  answer = bh_verb_line_post(line, "jobs", json_pack("{s:O}", "printJob", job), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” is kept, and printed as soon as the printer takes it."),
                   line->words[0]);
  return TRUE;
}
