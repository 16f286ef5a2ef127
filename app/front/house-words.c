/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "unseen-words.h"

#define MINUTE_MS G_GINT64_CONSTANT(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* A device that was heard of within this time is not worth a word. */
#define JUST_NOW_MS (45 * G_GINT64_CONSTANT(1000))

/* The figures of a cloud API that product and price lists go by. */
#define CLOUD_DOLLARS_A_CALL 0.001
#define CLOUD_SECONDS_A_CALL 0.5

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

/* --- tones --- */

static const struct {
  const char *style, *icon, *word;
} tones[] = {
    [BH_TONE_QUIET] = {"quiet", "bh-ring-symbolic", N_("Off")},
    [BH_TONE_GOOD] = {"good", "bh-check-symbolic", N_("Good")},
    [BH_TONE_BUSY] = {"busy", "bh-dots-symbolic", N_("Under way")},
    [BH_TONE_ATTENTION] = {"attention", "bh-bang-symbolic", N_("Needs attention")},
    [BH_TONE_STOPPED] = {"stopped", "bh-cross-symbolic", N_("Stopped")},
};

const char *
bh_tone_get_class(BhTone tone)
{
  return tones[tone].style;
}

const char *
bh_tone_get_icon(BhTone tone)
{
  return tones[tone].icon;
}

const char *
bh_tone_get_word(BhTone tone)
{
  return _(tones[tone].word);
}

/* --- roles --- */

const char *const bh_role_names[BH_N_ROLE_WORDS] = {"staff", "kitchen", "pos", "manager",
                                                    "printer"};

static const struct {
  const char *title, *hint, *icon;
} roles[BH_N_ROLE_WORDS] = {
    {N_("Staff"), N_("A waiter’s or housekeeper’s phone"), "bh-staff-symbolic"},
    {N_("Kitchen"), N_("The screen where tickets arrive"), "bh-kitchen-symbolic"},
    {N_("Till"), N_("Takes orders and money"), "bh-till-symbolic"},
    {N_("Manager"), N_("May change everything"), "bh-key-symbolic"},
    {N_("Printing program"), N_("Prints for others"), "printer-symbolic"},
};

static int
find_role(const char *role)
{
  for (int i = 0; i < BH_N_ROLE_WORDS; i++)
    if (g_str_equal(bh_role_names[i], role))
      return i;
  return -1;
}

const char *
bh_role_words_title(const char *role)
{
  int i = find_role(role);

  return i >= 0 ? _(roles[i].title) : role;
}

const char *
bh_role_words_hint(const char *role)
{
  int i = find_role(role);

  return i >= 0 ? _(roles[i].hint) : "";
}

const char *
bh_role_words_icon(const char *role)
{
  int i = find_role(role);

  return i >= 0 ? roles[i].icon : "phone-symbolic";
}

/* --- time --- */

static char *
format_local(gint64 at_ms, const char *format)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / 1000);
  g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local(utc) : NULL;
  char *text = local != NULL ? g_date_time_format(local, format) : NULL;

  return text != NULL ? text : g_strdup("");
}

char *
bh_words_ago(gint64 at_ms, gint64 now_ms)
{
  gint64 age_ms = now_ms - at_ms;

  if (age_ms < JUST_NOW_MS)
    return g_strdup(_("just now"));
  if (age_ms < HOUR_MS) {
    int minutes = (int)MAX(1, age_ms / MINUTE_MS);

    return g_strdup_printf(ngettext("%d min ago", "%d min ago", (gulong)minutes), minutes);
  }
  if (age_ms < DAY_MS) {
    int hours = (int)(age_ms / HOUR_MS);

    return g_strdup_printf(ngettext("%d hour ago", "%d hours ago", (gulong)hours), hours);
  }
  if (age_ms < 7 * DAY_MS) {
    int days = (int)(age_ms / DAY_MS);

    return g_strdup_printf(ngettext("%d day ago", "%d days ago", (gulong)days), days);
  }
  /* Translators: a date without its year, as g_date_time_format() takes it: 12 March */
  return format_local(at_ms, _("%e %B"));
}

char *
bh_words_exact(gint64 at_ms)
{
  return format_local(at_ms, "%c");
}

/* --- devices --- */

char *
bh_device_words_line(const json_t *device, gint64 now_ms, BhTone *tone)
{
  const char *role = bh_role_words_title(get_text(device, "role"));
  const char *person = get_text(device, "person");
  gint64 seen_ms = get_number(device, "lastSeenMs");
  g_autofree char *ago = NULL;

  *tone = BH_TONE_QUIET;
  if (json_is_true(json_object_get(device, "online"))) {
    *tone = BH_TONE_GOOD;
    if (*person != '\0')
      /* Translators: a role, then the person who is signed in: "Staff, here now: Anna" */
      return g_strdup_printf(_("%s, here now: %s"), role, person);
    return g_strdup_printf(_("%s, here now"), role);
  }
  if (seen_ms == 0)
    return g_strdup_printf(_("%s, not seen yet"), role);
  ago = bh_words_ago(seen_ms, now_ms);
  /* Translators: a role, then a time: "Kitchen, last seen 2 min ago" */
  return g_strdup_printf(_("%s, last seen %s"), role, ago);
}

static char *
count_role(int role, guint count)
{
  switch (role) {
  case 0:
    return g_strdup_printf(ngettext("%u staff phone", "%u staff phones", count), count);
  case 1:
    return g_strdup_printf(ngettext("%u kitchen screen", "%u kitchen screens", count), count);
  case 2:
    return g_strdup_printf(ngettext("%u till", "%u tills", count), count);
  case 3:
    return g_strdup_printf(ngettext("%u manager", "%u managers", count), count);
  default:
    return g_strdup_printf(ngettext("%u printing program", "%u printing programs", count), count);
  }
}

char *
bh_device_words_by_role(const json_t *devices)
{
  guint counts[BH_N_ROLE_WORDS] = {0};
  g_autoptr(GString) text = g_string_new(NULL);
  const json_t *device;
  gsize n;

  json_array_foreach(devices, n, device)
  {
    int role = find_role(get_text(device, "role"));

    if (role >= 0)
      counts[role]++;
  }
  for (int i = 0; i < BH_N_ROLE_WORDS; i++) {
    g_autofree char *part = counts[i] > 0 ? count_role(i, counts[i]) : NULL;

    if (part != NULL)
      /* Translators: between the parts of an enumeration */
      g_string_append_printf(text, "%s%s", text->len > 0 ? _(", ") : "", part);
  }
  if (text->len == 0)
    g_string_append(text, _("None yet. Pair the first one."));
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- the house --- */

char *
bh_alert_words_line(const json_t *alert)
{
  const char *kind = get_text(alert, "kind");
  const json_t *subject = json_object_get(alert, "subject");

  if (g_str_equal(kind, "ticket-unseen"))
    return bh_unseen_words_line(subject);
  if (g_str_equal(kind, "screen-silent"))
    return g_strdup_printf(_("The kitchen screen “%s” has fallen silent. Is it on, and on the "
                             "Wi-Fi?"),
                           get_text(subject, "deviceName"));
  if (g_str_equal(kind, "tickets-after-outage")) {
    guint count = (guint)get_number(subject, "count");

    return g_strdup_printf(
        ngettext("%u order from before the start was shown on no kitchen screen yet",
                 "%u orders from before the start were shown on no kitchen screen yet", count),
        count);
  }
  return g_strdup(kind);
}

char *
bh_cloud_words_line(const json_t *cloud, BhTone *tone)
{
  const char *state = get_text(cloud, "state");

  *tone = BH_TONE_QUIET;
  if (g_str_equal(state, "joined")) {
    *tone = BH_TONE_GOOD;
    return g_strdup(_("Connected. Devices reach the house from outside too."));
  }
  /* The house works without it: no alarm. */
  if (g_str_equal(state, "connecting"))
    return g_strdup(_("Connecting"));
  if (g_str_equal(state, "waiting"))
    return g_strdup(_("Not reached; tried again by itself. Everything in the house works."));
  return g_strdup(_("Not set up, and not needed"));
}

char *
bh_network_words_line(const json_t *status, BhTone *tone)
{
  const json_t *discovery = json_object_get(status, "discovery");
  const char *state = get_text(discovery, "state");
  guint sessions = (guint)get_number(json_object_get(status, "signaling"), "peers");
  const json_t *name;
  gsize i;

  *tone = BH_TONE_GOOD;
  json_array_foreach(json_object_get(discovery, "names"), i, name)
  {
    if (g_str_equal(get_text(name, "state"), "taken"))
      return g_strdup_printf(_("Working. Another Bellhop on this network is called %s; this one "
                               "uses its own name."),
                             get_text(name, "name"));
  }
  if (g_str_equal(state, "working"))
    return g_strdup_printf(ngettext("Working, found by itself. %u device is connected.",
                                    "Working, found by itself. %u devices are connected.",
                                    sessions),
                           sessions);
  return g_strdup_printf(ngettext("Working, found by code and address. %u device is connected.",
                                  "Working, found by code and address. %u devices are connected.",
                                  sessions),
                         sessions);
}

char *
bh_orders_words_line(const json_t *orders)
{
  guint count = (guint)json_array_size(json_object_get(orders, "orders"));

  if (count == 0)
    return g_strdup(_("None"));
  if (json_is_true(json_object_get(orders, "more")))
    return g_strdup_printf(_("More than %u"), count);
  return g_strdup_printf(ngettext("%u order", "%u orders", count), count);
}

char *
bh_saving_words_line(const json_t *log)
{
  const json_t *operations = json_object_get(log, "operations");
  gint64 local = get_number(operations, "local-p2p") + get_number(operations, "hub-relay") +
                 get_number(operations, "http");
  g_autofree char *money = NULL;
  gint64 seconds = (gint64)((double)local * CLOUD_SECONDS_A_CALL);

  if (local == 0)
    return g_strdup(_("Nothing yet since the start"));
  money = g_strdup_printf("%.2f", (double)local * CLOUD_DOLLARS_A_CALL);
  if (seconds < 60)
    return g_strdup_printf(ngettext("%u trip to the cloud since the start, about $%s",
                                    "%u trips to the cloud since the start, about $%s",
                                    (gulong)local),
                           (guint)local, money);
  return g_strdup_printf(
      ngettext("%u trip to the cloud since the start, about $%s and %u min of waiting",
               "%u trips to the cloud since the start, about $%s and %u min of waiting",
               (gulong)local),
      (guint)local, money, (guint)(seconds / 60));
}
