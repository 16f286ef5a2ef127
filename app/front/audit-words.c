/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "audit-words.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *
get_text(const json_t *entry, const char *member)
{
  const char *text = json_string_value(json_object_get(entry, member));

  return text != NULL ? text : "";
}

/* In all of them: %1$s who did it, %2$s to what, %3$s a detail. */
static const struct {
  const char *kind;
  BhAuditGroup group;
  const char *plain; /* where nobody did it, or nobody knows who */
  const char *by;
} sentences[] = {
    {"paired", BH_AUDIT_GROUP_DEVICES, N_("“%2$s” is paired."), N_("“%2$s” is paired.")},
    {"link-made", BH_AUDIT_GROUP_DEVICES, N_("A pairing code for “%2$s” (%3$s) was made."),
     N_("%1$s made a pairing code for “%2$s” (%3$s).")},
    {"code-accepted", BH_AUDIT_GROUP_DEVICES, N_("“%2$s” was let in as %3$s."),
     N_("%1$s let “%2$s” in as %3$s.")},
    {"code-declined", BH_AUDIT_GROUP_DEVICES, N_("A device that asked was turned away."),
     N_("%1$s turned a device away.")},
    {"token-made", BH_AUDIT_GROUP_DEVICES, N_("The program “%2$s” was let in as %3$s."),
     N_("%1$s let the program “%2$s” in as %3$s.")},
    {"device-renamed", BH_AUDIT_GROUP_DEVICES, N_("“%2$s” is called “%3$s” now."),
     N_("%1$s renamed “%2$s” to “%3$s”.")},
    {"device-role", BH_AUDIT_GROUP_DEVICES, N_("“%2$s” is %3$s now."),
     N_("%1$s made “%2$s” %3$s.")},
    {"device-revoked", BH_AUDIT_GROUP_DEVICES, N_("“%2$s” was removed."),
     N_("%1$s removed “%2$s”.")},
    {"person-added", BH_AUDIT_GROUP_PEOPLE, N_("%2$s was added."), N_("%1$s added %2$s.")},
    {"pin-changed", BH_AUDIT_GROUP_PEOPLE, N_("%2$s has a new PIN."),
     N_("%1$s gave %2$s a new PIN.")},
    {"person-removed", BH_AUDIT_GROUP_PEOPLE, N_("%2$s was removed."), N_("%1$s removed %2$s.")},
    {"signed-in", BH_AUDIT_GROUP_PEOPLE, N_("%2$s signed in."), N_("%2$s signed in at “%1$s”.")},
    {"signed-out", BH_AUDIT_GROUP_PEOPLE, N_("%2$s signed out."), N_("%2$s signed out.")},
    {"place-added", BH_AUDIT_GROUP_PEOPLE, N_("%2$s was set up."), N_("%1$s set up %2$s.")},
    {"place-removed", BH_AUDIT_GROUP_PEOPLE, N_("%2$s was removed."), N_("%1$s removed %2$s.")},
    {"place-renewed", BH_AUDIT_GROUP_PEOPLE, N_("%2$s has a new code."),
     N_("%1$s gave %2$s a new code.")},
    {"seating-opened", BH_AUDIT_GROUP_PEOPLE, N_("%2$s was opened for guests."),
     N_("%1$s opened %2$s for guests.")},
    {"seating-confirmed", BH_AUDIT_GROUP_PEOPLE, N_("The guests at %2$s were confirmed."),
     N_("%1$s confirmed the guests at %2$s.")},
    {"seating-cleared", BH_AUDIT_GROUP_PEOPLE, N_("%2$s was cleared."), N_("%1$s cleared %2$s.")},
    {"words-erased", BH_AUDIT_GROUP_PEOPLE, N_("A guest’s words were erased."),
     N_("%1$s erased a guest’s words.")},
    {"reprinted", BH_AUDIT_GROUP_PRINTING, N_("A page was asked for again."),
     N_("%1$s asked for a page again.")},
    {"job-cancelled", BH_AUDIT_GROUP_PRINTING, N_("A page that waited was cancelled."),
     N_("%1$s cancelled a page that waited.")},
    {"printer-added", BH_AUDIT_GROUP_PRINTING, N_("The printer “%2$s” was added."),
     N_("%1$s added the printer “%2$s”.")},
    {"printer-removed", BH_AUDIT_GROUP_PRINTING, N_("The printer “%2$s” was removed."),
     N_("%1$s removed the printer “%2$s”.")},
    {"printer-renamed", BH_AUDIT_GROUP_PRINTING, N_("The printer “%2$s” is called “%3$s” now."),
     N_("%1$s renamed the printer “%2$s” to “%3$s”.")},
    {"printer-tested", BH_AUDIT_GROUP_PRINTING, N_("A test page went to “%2$s”."),
     N_("%1$s sent a test page to “%2$s”.")},
    {"settings-changed", BH_AUDIT_GROUP_SAFETY, N_("Settings were changed."),
     N_("%1$s changed the settings.")},
    {"backup-made", BH_AUDIT_GROUP_SAFETY, N_("A backup was made."), N_("%1$s made a backup.")},
    {"backup-failed", BH_AUDIT_GROUP_SAFETY, N_("A backup could not be made."),
     N_("A backup could not be made.")},
    {"backup-changed", BH_AUDIT_GROUP_SAFETY, N_("It was changed how backups are made."),
     N_("%1$s changed how backups are made.")},
    {"backup-restored", BH_AUDIT_GROUP_SAFETY, N_("The house was restored from a backup of %3$s."),
     N_("The house was restored from a backup of %3$s.")},
    {"operations-aside", BH_AUDIT_GROUP_SAFETY,
     N_("Something that “%2$s” had noted was set aside; it counts for nothing."),
     N_("Something that “%2$s” had noted was set aside; it counts for nothing.")},
    {"operation-conflict", BH_AUDIT_GROUP_SAFETY,
     N_("“%2$s” gave one number to two different notes. Its data may have been copied."),
     N_("“%2$s” gave one number to two different notes. Its data may have been copied.")},
    {"operations-admitted", BH_AUDIT_GROUP_SAFETY,
     N_("What “%2$s” had noted after its removal was taken."),
     N_("%1$s took what “%2$s” had noted after its removal.")},
    {"ticket-unseen", BH_AUDIT_GROUP_SAFETY, N_("Order %2$s was seen on no kitchen screen."),
     N_("Order %2$s was seen on no kitchen screen.")},
    {"screen-silent", BH_AUDIT_GROUP_SAFETY, N_("The kitchen screen “%2$s” fell silent."),
     N_("The kitchen screen “%2$s” fell silent.")},
    {"tickets-after-outage", BH_AUDIT_GROUP_SAFETY,
     N_("After the start there were orders that no kitchen screen had shown."),
     N_("After the start there were orders that no kitchen screen had shown.")},
    {"alert-dismissed", BH_AUDIT_GROUP_SAFETY, N_("A notice was put away."),
     N_("%1$s put a notice away.")},
    {"pairing-refused", BH_AUDIT_GROUP_SAFETY,
     N_("A device could not pair: its code is over or "
        "was not right."),
     N_("“%1$s” could not pair: its code is over or was not right.")},
    {"join-refused", BH_AUDIT_GROUP_SAFETY, N_("A device that is not paired was not let in."),
     N_("“%1$s” was not let in.")},
    {"sign-in-refused", BH_AUDIT_GROUP_SAFETY, N_("A PIN was wrong."),
     N_("A PIN was wrong at “%1$s”.")},
    {"guest-refused", BH_AUDIT_GROUP_SAFETY, N_("A guest’s code was not taken."),
     N_("A guest’s code was not taken.")},
    {"api-refused", BH_AUDIT_GROUP_SAFETY, N_("A program was not let in."),
     N_("“%1$s” asked for something that it may not do.")},
};

static const char *const group_titles[BH_N_AUDIT_GROUPS] = {
    [BH_AUDIT_GROUP_ALL] = N_("Everything"),
    [BH_AUDIT_GROUP_DEVICES] = N_("Devices"),
    [BH_AUDIT_GROUP_PEOPLE] = N_("People and tables"),
    [BH_AUDIT_GROUP_PRINTING] = N_("Printers"),
    [BH_AUDIT_GROUP_SAFETY] = N_("Notices and refusals"),
};

const char *
bh_audit_words_group_title(BhAuditGroup group)
{
  return _(group_titles[group]);
}

static int
find_sentence(const json_t *entry)
{
  const char *kind = get_text(entry, "kind");

  for (int i = 0; i < (int)G_N_ELEMENTS(sentences); i++)
    if (g_str_equal(sentences[i].kind, kind))
      return i;
  return -1;
}

BhAuditGroup
bh_audit_words_find_group(const json_t *entry)
{
  int i = find_sentence(entry);

  return i >= 0 ? sentences[i].group : BH_AUDIT_GROUP_SAFETY;
}

/* "%1$s" and its like by hand: a translation may use any of them or none. */
static char *
fill_in(const char *format, const char *const values[3])
{
  GString *text = g_string_new(NULL);

  for (const char *next = format; *next != '\0';) {
    if (next[0] == '%' && next[1] >= '1' && next[1] <= '3' && next[2] == '$' && next[3] == 's') {
      g_string_append(text, values[next[1] - '1']);
      next += 4;
    } else
      g_string_append_c(text, *next++);
  }
  return g_string_free(text, FALSE);
}

static char *
describe_plainly(const json_t *entry)
{
  static const char *const members[] = {"subject", "detail", "who"};
  GString *text = g_string_new(get_text(entry, "kind"));

  for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
    if (*get_text(entry, members[i]) != '\0')
      g_string_append_printf(text, "%s%s", i == 0 ? ": " : ", ", get_text(entry, members[i]));
  return g_string_free(text, FALSE);
}

char *
bh_audit_words_line(const json_t *entry)
{
  int i = find_sentence(entry);
  const char *who = get_text(entry, "who"), *subject = get_text(entry, "subject");
  const char *detail = bh_role_words_title(get_text(entry, "detail"));
  const char *values[3] = {who, *subject != '\0' ? subject : "–", detail};
  g_autofree char *text = NULL;

  if (i < 0)
    return describe_plainly(entry);
  text = fill_in(_(*who != '\0' ? sentences[i].by : sentences[i].plain), values);
  /* What comes thick and fast is counted: "+12". */
  if (*detail == '+' && g_str_has_suffix(sentences[i].kind, "refused")) {
    guint more = (guint)g_ascii_strtoull(detail + 1, NULL, 10);

    return g_strdup_printf(
        ngettext("%s And %u more in that minute.", "%s And %u more in that minute.", more), text,
        more);
  }
  return g_steal_pointer(&text);
}

BhTone
bh_audit_words_tone(const json_t *entry)
{
  static const char *const rang[] = {"ticket-unseen", "screen-silent", "tickets-after-outage",
                                     "backup-failed", "operation-conflict"};
  const char *kind = get_text(entry, "kind");

  if (g_str_has_suffix(kind, "refused"))
    return BH_TONE_ATTENTION;
  for (gsize i = 0; i < G_N_ELEMENTS(rang); i++)
    if (g_str_equal(kind, rang[i]))
      return BH_TONE_ATTENTION;
  return BH_TONE_QUIET;
}

/* --- export --- */

/* A spreadsheet computes what begins so; what a device calls itself is not to be computed. */
static void
append_cell(GString *csv, const char *text, gboolean last)
{
  g_string_append_c(csv, '"');
  if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
    g_string_append_c(csv, '\'');
  for (const char *next = text; *next != '\0'; next++) {
    if (*next == '"')
      g_string_append_c(csv, '"');
    g_string_append_c(csv, *next);
  }
  g_string_append(csv, last ? "\"\r\n" : "\",");
}

char *
bh_audit_words_to_csv(const json_t *entries)
{
  static const char *const members[] = {"kind", "who", "subject", "detail", "address"};
  GString *csv =
      g_string_new("\"time\",\"what\",\"kind\",\"who\",\"subject\",\"detail\",\"address\"\r\n");
  const json_t *entry;
  gsize i;

  json_array_foreach(entries, i, entry)
  {
    gint64 time_ms = json_integer_value(json_object_get(entry, "timeMs"));
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_ms / 1000);
    g_autofree char *when = time != NULL ? g_date_time_format_iso8601(time) : g_strdup("");
    g_autofree char *what = bh_audit_words_line(entry);

    append_cell(csv, when, FALSE);
    append_cell(csv, what, FALSE);
    for (gsize n = 0; n < G_N_ELEMENTS(members); n++)
      append_cell(csv, get_text(entry, members[n]), n + 1 == G_N_ELEMENTS(members));
  }
  return g_string_free(csv, FALSE);
}
