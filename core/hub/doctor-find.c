/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include <glib/gi18n.h>
#include <string.h>

#include "doctor-facts.h"

/* A clock may be that far off before anybody notices; codes and proofs have their own limits. */
#define CLOCK_SLACK_MS (5 * 60 * 1000)

/* A busy evening with pictures writes some megabytes; a backup as much as there is. */
#define FEW_BYTES    ((guint64)500 * 1000 * 1000)
#define HARDLY_BYTES ((guint64)50 * 1000 * 1000)

static void
finding_free(gpointer data)
{
  BhDoctorFinding *finding = data;

  g_free(finding->what);
  g_free(finding->advice);
  g_free(finding);
}

/* @what, @advice: (transfer full) */
static void
add(GPtrArray *list, const char *id, BhDoctorState state, char *what, char *advice)
{
  BhDoctorFinding *finding = g_new0(BhDoctorFinding, 1);

  *finding = (BhDoctorFinding){.id = id, .state = state, .what = what, .advice = advice};
  g_ptr_array_add(list, finding);
}

static void
look_at_hub(const BhDoctorFacts *facts, GPtrArray *list)
{
  if (facts->is_running)
    add(list, "hub", BH_DOCTOR_GOOD, g_strdup(_("The hub is running.")), NULL);
  else if (facts->problem != NULL)
    add(list, "hub", BH_DOCTOR_BAD, g_strdup(facts->problem),
        g_strdup(_("Start it again. If that does not help, restart this computer.")));
  else
    add(list, "hub", BH_DOCTOR_BAD, g_strdup(_("The hub is not running.")),
        g_strdup(_("Start Bellhop on this computer.")));
}

static gboolean
look_at_network(const BhDoctorFacts *facts, GPtrArray *list)
{
  if (facts->addresses[0] == NULL) {
    add(list, "network", BH_DOCTOR_BAD, g_strdup(_("This computer is in no network.")),
        g_strdup(_("Plug the network cable in, or turn its Wi-Fi on.")));
    return FALSE;
  }
  add(list, "network", BH_DOCTOR_GOOD,
      g_strdup_printf(_("This computer is in a network, at %s."), facts->addresses[0]), NULL);
  return TRUE;
}

static gboolean
look_at_listening(const BhDoctorFacts *facts, GPtrArray *list)
{
  if (facts->is_loopback_only) {
    add(list, "listen", BH_DOCTOR_BAD,
        g_strdup(_("The hub listens to this computer only; no phone can reach it.")),
        g_strdup(_("Start it without --listen, and without “listen” in its settings.")));
    return FALSE;
  }
  if (facts->is_running)
    add(list, "listen", BH_DOCTOR_GOOD,
        g_strdup_printf(_("It listens on the ports %u and %u."), facts->http_port,
                        facts->https_port),
        NULL);
  return TRUE;
}

static char *
describe_minutes(gint64 ms)
{
  gint64 minutes = MAX(ms, 0) / 60000;

  if (minutes < 1)
    return g_strdup(_("less than a minute ago"));
  if (minutes < 120)
    return g_strdup_printf(_("%d min ago"), (int)minutes);
  return g_strdup_printf(_("%d h ago"), (int)(minutes / 60));
}

/* What to type into a phone, and what is to be seen there. */
static char *
make_test_advice(const BhDoctorFacts *facts)
{
  gboolean is_v6 = facts->addresses[0] != NULL && strchr(facts->addresses[0], ':') != NULL;

  return g_strdup_printf(
      _("On a phone in the same Wi-Fi open http://%s%s%s:%u/why. If it opens, all is well; if it "
        "does not, look at the firewall and at the Wi-Fi."),
      is_v6 ? "[" : "", facts->addresses[0], is_v6 ? "]" : "", facts->http_port);
}

static char *
make_open_advice(const BhDoctorFacts *facts)
{
  if (g_strcmp0(facts->firewall_name, "ufw") == 0)
    return g_strdup_printf(_("Let the hub's ports in: sudo ufw allow proto tcp from any to any "
                             "port %u,%u"),
                           facts->http_port, facts->https_port);
  if (g_strcmp0(facts->firewall_name, "firewalld") == 0)
    return g_strdup_printf(_("Let the hub's ports in: sudo firewall-cmd --permanent "
                             "--add-port=%u/tcp --add-port=%u/tcp && sudo firewall-cmd --reload"),
                           facts->http_port, facts->https_port);
  return g_strdup_printf(_("Let the ports %u and %u in from your own network, in the firewall of "
                           "this computer."),
                         facts->http_port, facts->https_port);
}

/* Whoever came is a better witness than any rule that can be read. */
static void
look_at_firewall(const BhDoctorFacts *facts, GPtrArray *list)
{
  if (facts->last_visit_ms > 0) {
    g_autofree char *ago = describe_minutes(facts->now_ms - facts->last_visit_ms);

    add(list, "firewall", BH_DOCTOR_GOOD,
        g_strdup_printf(_("Other devices reach this computer; the last one %s."), ago), NULL);
    return;
  }
  switch (facts->firewall) {
  case BH_DOCTOR_FIREWALL_CLOSED:
    add(list, "firewall", BH_DOCTOR_BAD,
        g_strdup(_("The firewall of this computer keeps other devices out.")),
        make_open_advice(facts));
    break;
  case BH_DOCTOR_FIREWALL_NONE:
  case BH_DOCTOR_FIREWALL_OPEN:
    add(list, "firewall", BH_DOCTOR_GOOD,
        g_strdup(facts->is_running
                     ? _("The firewall lets the hub's ports in. No other device has come yet.")
                     : _("The firewall lets the hub's ports in.")),
        NULL);
    break;
  case BH_DOCTOR_FIREWALL_ACTIVE:
    add(list, "firewall", BH_DOCTOR_UNSURE,
        g_strdup_printf(_("There is a firewall (%s), and whether it lets other devices in cannot "
                          "be seen without the administrator's password."),
                        facts->firewall_name),
        make_open_advice(facts));
    break;
  default:
    if (!facts->is_running)
      break;
    add(list, "firewall", BH_DOCTOR_UNSURE,
        g_strdup(_("No other device has reached the hub since it started.")),
        make_test_advice(facts));
  }
}

static void
look_at_name(const BhDoctorFacts *facts, GPtrArray *list)
{
  switch (facts->name) {
  case BH_DOCTOR_NAME_WORKING:
    add(list, "name", BH_DOCTOR_GOOD,
        g_strdup_printf(_("The name %s leads to this computer."), facts->host_name), NULL);
    break;
  case BH_DOCTOR_NAME_NO_SERVICE:
    add(list, "name", BH_DOCTOR_BAD,
        g_strdup(_("Phones cannot find this computer by its name: the service that announces "
                   "names (Avahi) is not running.")),
        g_strdup(_("Start it: sudo apt install avahi-daemon && sudo systemctl enable --now "
                   "avahi-daemon. Until then pair by the QR code, which has the address.")));
    break;
  case BH_DOCTOR_NAME_SILENT:
    add(list, "name", BH_DOCTOR_BAD,
        g_strdup_printf(_("Nobody answers for the name %s."), facts->host_name),
        g_strdup(_("Restart the hub. If that does not help, a firewall may keep UDP port 5353 "
                   "away; the QR code works without it.")));
    break;
  case BH_DOCTOR_NAME_TAKEN:
    add(list, "name", BH_DOCTOR_BAD,
        g_strdup_printf(_("The name %s leads to another computer, at %s."), facts->host_name,
                        facts->name_owner),
        g_strdup(_("Look whether a second hub with the same data runs there, and stop one of "
                   "them.")));
    break;
  default:
    break;
  }
}

static void
look_at_vpn(const BhDoctorFacts *facts, GPtrArray *list)
{
  if (facts->vpn == NULL)
    add(list, "vpn", BH_DOCTOR_GOOD, g_strdup(_("No VPN is in the way.")), NULL);
  else
    add(list, "vpn", BH_DOCTOR_BAD,
        g_strdup_printf(_("Everything of this computer goes through a VPN (%s)."), facts->vpn),
        g_strdup(_("Turn the VPN off, or let it leave the local network alone.")));
}

static void
look_outside(const BhDoctorFacts *facts, GPtrArray *list)
{
  g_autofree char *ago = NULL;

  if (facts->outside == NULL)
    return;
  ago = describe_minutes(facts->now_ms - facts->outside_ms);
  add(list, "outside", BH_DOCTOR_UNSURE,
      g_strdup_printf(_("A device from another network (%s) was here, %s. Guests there are turned "
                        "away."),
                      facts->outside, ago),
      g_strdup(_("If that is your guests' Wi-Fi, name its network in the settings, under "
                 "“guest-networks”.")));
}

static int
to_minutes(gint64 ms)
{
  return (int)MIN(ms / 60000, G_MAXINT);
}

/* Returns: (transfer full) (nullable): the cloud's time is a better witness than what was written
 * here, which a clock that was fast before has dated wrongly */
static char *
describe_wrong_clock(const BhDoctorFacts *facts)
{
  if (facts->clock_compared && facts->clock_ahead_ms > CLOCK_SLACK_MS)
    return g_strdup_printf(_("The clock of this computer is fast, by %d min."),
                           to_minutes(facts->clock_ahead_ms));
  if (facts->clock_compared && facts->clock_ahead_ms < -CLOCK_SLACK_MS)
    return g_strdup_printf(_("The clock of this computer is slow, by %d min."),
                           to_minutes(-facts->clock_ahead_ms));
  if (!facts->clock_compared && !facts->clock_kept && facts->clock_behind_ms > CLOCK_SLACK_MS)
    return g_strdup_printf(_("The clock of this computer is slow, by %d min or more; or it was "
                             "fast before."),
                           to_minutes(facts->clock_behind_ms));
  return NULL;
}

static void
look_at_clock(const BhDoctorFacts *facts, GPtrArray *list)
{
  char *wrong = describe_wrong_clock(facts);

  if (wrong != NULL)
    add(list, "clock", BH_DOCTOR_BAD, wrong,
        g_strdup(_("Set date and time, and let this computer keep them by itself.")));
  else
    add(list, "clock", BH_DOCTOR_GOOD, g_strdup(_("Nothing speaks against the clock.")), NULL);
}

static void
look_at_disk(const BhDoctorFacts *facts, GPtrArray *list)
{
  g_autofree char *size = NULL;

  if (!facts->free_known)
    return;
  size = g_format_size(facts->free_bytes);
  if (facts->free_bytes < FEW_BYTES)
    add(list, "disk", facts->free_bytes < HARDLY_BYTES ? BH_DOCTOR_BAD : BH_DOCTOR_UNSURE,
        g_strdup_printf(_("The disk is nearly full: %s are left."), size),
        g_strdup(_("Make room: empty the bin, move films and photos elsewhere.")));
  else
    add(list, "disk", BH_DOCTOR_GOOD, g_strdup_printf(_("There is room on the disk: %s."), size),
        NULL);
}

static void
look_at_certificate(const BhDoctorFacts *facts, GPtrArray *list)
{
  if (facts->certificate_end_ms == 0)
    return;
  if (facts->certificate_end_ms <= facts->now_ms)
    add(list, "certificate", BH_DOCTOR_BAD,
        g_strdup(_("The certificate of the secure address has ended.")),
        g_strdup(_("Replace the files “tls-certificate” and “tls-key” of the settings; the hub "
                   "takes the new ones by itself.")));
  else
    add(list, "certificate", BH_DOCTOR_GOOD,
        g_strdup(_("The certificate of the secure address is good.")), NULL);
}

GPtrArray *
bh_doctor_find(const BhDoctorFacts *facts)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(finding_free);
  gboolean has_network;

  look_at_hub(facts, list);
  has_network = look_at_network(facts, list);
  if (look_at_listening(facts, list) && has_network) {
    look_at_firewall(facts, list);
    look_at_name(facts, list);
    look_at_vpn(facts, list);
    look_outside(facts, list);
  }
  look_at_clock(facts, list);
  look_at_disk(facts, list);
  look_at_certificate(facts, list);
  return list;
}
