/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "printer-words.h"

#include <glib/gi18n.h>

static const char *
get_text(const json_t *object, const char *member)
{
  const char *text = json_string_value(json_object_get(object, member));

  return text != NULL ? text : "";
}

static gint64
get_number(const json_t *object, const char *member)
{
  return json_integer_value(json_object_get(object, member));
}

/* --- printers --- */

/* Why a printer prints nothing now, and what to do. */
static const struct {
  const char *detail, *words;
} troubles[] = {
    {"offline", N_("It does not answer. Is it switched on and connected?")},
    {"paper-out", N_("It is out of paper.")},
    {"cover-open", N_("Its cover is open.")},
    {"printer-error", N_("It reports a fault: look at its display, or switch it off and on.")},
    {"storage", N_("The disk of this computer is full or does not answer.")},
    {"no-printer", N_("It is not set up any more.")},
};

/* Returns: (nullable) */
static const char *
find_known_trouble(const char *detail)
{
  for (gsize i = 0; i < G_N_ELEMENTS(troubles); i++)
    if (g_str_equal(troubles[i].detail, detail))
      return _(troubles[i].words);
  return NULL;
}

static const char *
find_trouble(const char *detail)
{
  const char *words = find_known_trouble(detail);

  if (words != NULL)
    return words;
  return *detail != '\0' ? detail : _("It waits.");
}

static char *
count_waiting(guint waiting)
{
  return g_strdup_printf(ngettext("%u page is waiting; it prints by itself after that.",
                                  "%u pages are waiting; they print by themselves after that.",
                                  waiting),
                         waiting);
}

char *
bh_printer_words_line(const json_t *printer, BhTone *tone)
{
  const char *state = get_text(printer, "state"), *detail = get_text(printer, "detail");
  guint waiting = (guint)get_number(printer, "waiting");

  if (g_str_equal(state, "idle")) {
    *tone = BH_TONE_GOOD;
    if (g_str_equal(get_text(printer, "paper"), "low") || g_str_equal(detail, "paper-low"))
      return g_strdup(_("Ready. The paper is nearly used up."));
    return g_strdup(_("Ready"));
  }
  if (g_str_equal(state, "printing")) {
    *tone = BH_TONE_BUSY;
    return g_strdup(_("Printing"));
  }
  if (g_str_equal(state, "waiting")) {
    *tone = BH_TONE_ATTENTION;
    if (waiting > 0) {
      g_autofree char *count = count_waiting(waiting);

      return g_strdup_printf("%s %s", find_trouble(detail), count);
    }
    return g_strdup(find_trouble(detail));
  }
  *tone = BH_TONE_QUIET;
  return g_strdup(_("Not looked for yet"));
}

const char *
bh_printer_words_title(const json_t *printer)
{
  static const char *const members[] = {"label", "name", "address"};

  if (g_str_equal(get_text(printer, "source"), "built-in"))
    return _("Paper on the screen");
  for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
    if (*get_text(printer, members[i]) != '\0')
      return get_text(printer, members[i]);
  return _("A printer without a name");
}

char *
bh_printer_words_trouble(const json_t *printer)
{
  const char *title = bh_printer_words_title(printer), *detail = get_text(printer, "detail");

  if (!g_str_equal(get_text(printer, "state"), "waiting"))
    return NULL;
  if (g_str_equal(detail, "paper-out"))
    return g_strdup_printf(_("The printer “%s” is out of paper."), title);
  if (g_str_equal(detail, "cover-open"))
    return g_strdup_printf(_("The cover of the printer “%s” is open."), title);
  if (g_str_equal(detail, "offline"))
    return g_strdup_printf(_("The printer “%s” does not answer."), title);
  return g_strdup_printf(_("The printer “%s” does not print."), title);
}

char *
bh_found_words_line(const json_t *found)
{
  const char *way = get_text(found, "kind"), *address = get_text(found, "address");

  if (g_str_equal(get_text(found, "problem"), "no-permission"))
    return g_strdup(_("At this computer, but this program may not use it: its user has to be in "
                      "the group lp."));
  if (g_str_equal(way, "usb"))
    return g_strdup(_("At this computer, by USB"));
  if (g_str_equal(way, "cups"))
    return g_strdup(_("In this computer’s print service"));
  /* Translators: then an address */
  return g_strdup_printf(_("On the network, %s"), address);
}

/* --- jobs --- */

static const struct {
  const char *state;
  BhTone tone;
  const char *words;
} job_states[] = {
    {"accepted", BH_TONE_BUSY, N_("Waits for its turn")},
    {"queued", BH_TONE_BUSY, N_("Waits for its turn")},
    {"printing", BH_TONE_BUSY, N_("Printing")},
    {"sent", BH_TONE_BUSY, N_("Handed to the printer")},
    {"done", BH_TONE_GOOD, N_("Printed")},
    {"uncertain", BH_TONE_ATTENTION, N_("Perhaps printed: look whether the paper is there")},
    {"failed", BH_TONE_STOPPED, N_("Not printed")},
};

static const struct {
  const char *detail, *words;
} job_ends[] = {
    {"cancelled", N_("Cancelled")},
    {"given-up", N_("Given up; perhaps it was printed")},
    {"printer-removed", N_("Its printer was removed")},
    {"seen", N_("Not needed any more: it was seen on a screen")},
    {"changed", N_("Changed before it came out, and printed anew")},
    {"old", N_("Too old to be of use")},
    {"bad-content", N_("It cannot be printed on this printer")},
};

static const char *
find_end(const char *detail)
{
  for (gsize i = 0; i < G_N_ELEMENTS(job_ends); i++)
    if (g_str_equal(job_ends[i].detail, detail))
      return _(job_ends[i].words);
  return NULL;
}

/* The end where the printer does not confirm; without that detail an end is still to come. */
static gboolean
is_sent_for_good(const char *state, const char *detail)
{
  return g_str_equal(state, "sent") && g_str_equal(detail, "no-feedback");
}

/* Until it ends the printer may still say what it lacks. */
static char *
describe_sent(const char *detail, BhTone *tone)
{
  const char *trouble = find_known_trouble(detail);

  if (is_sent_for_good("sent", detail)) {
    *tone = BH_TONE_GOOD;
    return g_strdup(_("Sent; this printer does not confirm"));
  }
  if (trouble == NULL)
    return NULL;
  *tone = BH_TONE_ATTENTION;
  /* Translators: then a sentence: "It is out of paper." */
  return g_strdup_printf(_("Stopped in the middle. %s"), trouble);
}

char *
bh_job_words_line(const json_t *job, BhTone *tone)
{
  const char *state = get_text(job, "state"), *detail = get_text(job, "detail");
  char *sent;

  *tone = BH_TONE_QUIET;
  if (g_str_equal(state, "failed") && find_end(detail) != NULL) {
    *tone = g_str_equal(detail, "bad-content") ? BH_TONE_STOPPED : BH_TONE_QUIET;
    return g_strdup(find_end(detail));
  }
  if (g_str_equal(state, "sent") && (sent = describe_sent(detail, tone)) != NULL)
    return sent;
  for (gsize i = 0; i < G_N_ELEMENTS(job_states); i++) {
    if (!g_str_equal(job_states[i].state, state))
      continue;
    *tone = job_states[i].tone;
    if (g_str_equal(state, "queued") && *detail != '\0' && !g_str_equal(detail, "reprint")) {
      *tone = BH_TONE_ATTENTION;
      /* Translators: then a sentence: "It is out of paper." */
      return g_strdup_printf(_("Waits. %s"), find_trouble(detail));
    }
    return g_strdup(_(job_states[i].words));
  }
  return g_strdup(state);
}

char *
bh_test_words_line(const json_t *job, BhTone *tone, gboolean *is_over)
{
  const char *state = get_text(job, "state"), *detail = get_text(job, "detail");

  *is_over = FALSE;
  *tone = BH_TONE_BUSY;
  if (g_str_equal(state, "accepted") || g_str_equal(state, "printing"))
    return NULL;
  if (g_str_equal(state, "queued"))
    return bh_job_words_line(job, tone);
  if (is_sent_for_good(state, detail)) {
    *is_over = TRUE;
    *tone = BH_TONE_GOOD;
    return g_strdup(_("The test page is sent. This printer does not confirm; have a look at it."));
  }
  if (g_str_equal(state, "sent"))
    return describe_sent(detail, tone);
  *is_over = TRUE;
  if (g_str_equal(state, "done")) {
    *tone = BH_TONE_GOOD;
    return g_strdup(_("The test page is printed."));
  }
  return bh_job_words_line(job, tone);
}

char *
bh_job_words_title(const json_t *job)
{
  const char *id = get_text(job, "jobId");

  if (g_str_has_prefix(id, "test-"))
    return g_strdup(_("Test page"));
  if (g_str_has_prefix(id, "ticket"))
    return g_strdup(_("Kitchen ticket"));
  if (g_str_has_prefix(id, "receipt") || g_str_has_prefix(id, "bill"))
    return g_strdup(_("Receipt"));
  return g_strdup(_("Print job"));
}

gboolean
bh_job_words_may_retry(const json_t *job)
{
  const char *state = get_text(job, "state");

  return g_str_equal(state, "queued") || g_str_equal(state, "uncertain") ||
         g_str_equal(state, "failed") || g_str_equal(state, "done") ||
         is_sent_for_good(state, get_text(job, "detail"));
}

gboolean
bh_job_words_may_cancel(const json_t *job)
{
  const char *state = get_text(job, "state");

  return g_str_equal(state, "accepted") || g_str_equal(state, "queued") ||
         g_str_equal(state, "uncertain");
}
