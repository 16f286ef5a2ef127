/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "doctor-look.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <unistd.h>

#include "address-set.h"
#include "doctor-nft.h"

/* A name that nobody has takes avahi 5 s; a daemon that does not answer is not waited for. */
#define BUS_TIMEOUT_MS 3000

/* More than any list of rules: what is longer is not read. */
#define MAX_RULES_BYTES ((gsize)4 * 1024 * 1024)

/* --- the way out --- */

/* The kernel's word for what the interface is, then its name: some VPNs look like Ethernet. */
static gboolean
is_vpn(const char *name)
{
  static const char *const prefixes[] = {"tun",    "tap",   "wg",  "ppp",  "tailscale", "nordlynx",
                                         "proton", "ipsec", "vpn", "utun", "zt"};
  struct ifreq request = {0};
  int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean found = FALSE;

  g_strlcpy(request.ifr_name, name, sizeof request.ifr_name);
  if (socket_fd >= 0 && ioctl(socket_fd, SIOCGIFHWADDR, &request) == 0)
    found = request.ifr_hwaddr.sa_family == ARPHRD_NONE ||
            request.ifr_hwaddr.sa_family == ARPHRD_PPP ||
            request.ifr_hwaddr.sa_family == ARPHRD_TUNNEL;
  if (socket_fd >= 0)
    close(socket_fd);
  for (gsize i = 0; i < G_N_ELEMENTS(prefixes) && !found; i++)
    found = g_str_has_prefix(name, prefixes[i]);
  return found;
}

/* A VPN takes the default route, or both halves of the internet, which come before it. */
static gboolean
is_way_out(guint destination, guint mask)
{
  return (destination == 0 && mask == 0) ||
         (g_ntohl(mask) == 0x80000000u && (g_ntohl(destination) & 0x7fffffffu) == 0);
}

/* Returns: (transfer full) (nullable): */
static char *
find_vpn(void)
{
  g_autofree char *table = NULL;
  g_auto(GStrv) lines = NULL;
  g_autofree char *best = NULL;
  guint best_rank = G_MAXUINT;

  if (!g_file_get_contents("/proc/net/route", &table, NULL, NULL))
    return NULL;
  lines = g_strsplit(table, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++) {
    char name[IFNAMSIZ];
    guint destination, gateway, flags, references, used, metric, mask;

    /* IFNAMSIZ is 16. */
    if (sscanf(lines[i], "%15s %x %x %x %u %u %u %x", name, &destination, &gateway, &flags,
               &references, &used, &metric, &mask) == 8 &&
        is_way_out(destination, mask) && (mask != 0 ? 0 : metric + 1) < best_rank) {
      best_rank = mask != 0 ? 0 : metric + 1;
      g_free(best);
      best = g_strdup(name);
    }
  }
  return best != NULL && is_vpn(best) ? g_steal_pointer(&best) : NULL;
}

/* --- the firewall --- */

/* Returns: (transfer full) (nullable): */
static char *
find_nft(void)
{
  static const char *const places[] = {"/usr/sbin/nft", "/sbin/nft"};
  char *found = g_find_program_in_path("nft");

  for (gsize i = 0; i < G_N_ELEMENTS(places) && found == NULL; i++)
    if (g_file_test(places[i], G_FILE_TEST_IS_EXECUTABLE))
      found = g_strdup(places[i]);
  return found;
}

static BhDoctorFirewall
ask_nft(const BhDoctorFacts *facts)
{
  g_autofree char *program = find_nft();
  const char *argv[] = {program, "-j", "list", "ruleset", NULL};
  g_autofree char *out = NULL;
  int status = 0;

  if (program == NULL ||
      !g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                    &status, NULL) ||
      !g_spawn_check_wait_status(status, NULL) || strlen(out) > MAX_RULES_BYTES)
    return BH_DOCTOR_FIREWALL_UNKNOWN;
  return bh_doctor_nft_judge(out, strlen(out), facts->http_port, facts->addresses[0]);
}

static gboolean
is_on_bus(GDBusConnection *bus, const char *name)
{
  g_autoptr(GVariant) answer = NULL;
  gboolean is_there = FALSE;

  if (bus == NULL)
    return FALSE;
  answer = g_dbus_connection_call_sync(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new("(s)", name), G_VARIANT_TYPE("(b)"),
                                       G_DBUS_CALL_FLAGS_NONE, BUS_TIMEOUT_MS, NULL, NULL);
  if (answer != NULL)
    g_variant_get(answer, "(b)", &is_there);
  return is_there;
}

static BhDoctorFirewall
ask_firewalld(GDBusConnection *bus, const BhDoctorFacts *facts)
{
  g_autofree char *port = g_strdup_printf("%u", facts->http_port);
  g_autoptr(GVariant) zone = NULL;
  g_autoptr(GVariant) answer = NULL;
  const char *name;
  gboolean is_open = FALSE;

  zone = g_dbus_connection_call_sync(
      bus, "org.fedoraproject.FirewallD1", "/org/fedoraproject/FirewallD1",
      "org.fedoraproject.FirewallD1", "getDefaultZone", NULL, G_VARIANT_TYPE("(s)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, BUS_TIMEOUT_MS, NULL, NULL);
  if (zone == NULL)
    return BH_DOCTOR_FIREWALL_ACTIVE;
  g_variant_get(zone, "(&s)", &name);
  if (g_str_equal(name, "trusted"))
    return BH_DOCTOR_FIREWALL_OPEN;
  answer = g_dbus_connection_call_sync(
      bus, "org.fedoraproject.FirewallD1", "/org/fedoraproject/FirewallD1",
      "org.fedoraproject.FirewallD1.zone", "queryPort", g_variant_new("(sss)", name, port, "tcp"),
      G_VARIANT_TYPE("(b)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, BUS_TIMEOUT_MS, NULL, NULL);
  if (answer == NULL)
    return BH_DOCTOR_FIREWALL_ACTIVE;
  g_variant_get(answer, "(b)", &is_open);
  return is_open ? BH_DOCTOR_FIREWALL_OPEN : BH_DOCTOR_FIREWALL_CLOSED;
}

static gboolean
is_ufw_on(void)
{
  g_autofree char *text = NULL;

  return g_file_get_contents("/etc/ufw/ufw.conf", &text, NULL, NULL) &&
         g_regex_match_simple("^ENABLED=yes\\b", text, G_REGEX_MULTILINE | G_REGEX_CASELESS, 0);
}

static void
look_at_firewall(BhDoctorFacts *facts, GDBusConnection *bus)
{
  const char *name = NULL;

  if (is_on_bus(bus, "org.fedoraproject.FirewallD1"))
    name = "firewalld";
  else if (is_ufw_on())
    name = "ufw";
  /* What the kernel has is the truth, where one may read it. */
  facts->firewall = facts->addresses[0] != NULL ? ask_nft(facts) : BH_DOCTOR_FIREWALL_UNKNOWN;
  if (facts->firewall == BH_DOCTOR_FIREWALL_UNKNOWN && name != NULL)
    facts->firewall =
        g_str_equal(name, "firewalld") ? ask_firewalld(bus, facts) : BH_DOCTOR_FIREWALL_ACTIVE;
  if (name == NULL && facts->firewall != BH_DOCTOR_FIREWALL_UNKNOWN)
    name = "nftables";
  facts->firewall_name = g_strdup(name);
}

/* --- the name --- */

/* Links leave out some of this computer's addresses. */
static gboolean
is_own(const BhDoctorFacts *facts, const char *address)
{
  g_autofree char *normal = bh_address_normalise(address);
  g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(normal != NULL ? normal : "");
  g_autoptr(GSocketAddress) own = parsed != NULL ? g_inet_socket_address_new(parsed, 0) : NULL;
  g_autoptr(GSocket) socket = NULL;

  if (own == NULL)
    return FALSE;
  if (g_strv_contains((const char *const *)facts->addresses, normal) ||
      g_inet_address_get_is_loopback(parsed) || g_inet_address_get_is_link_local(parsed))
    return TRUE;
  /* Only what is this computer's can be bound to. */
  socket = g_socket_new(g_inet_address_get_family(parsed), G_SOCKET_TYPE_DATAGRAM,
                        G_SOCKET_PROTOCOL_UDP, NULL);
  return socket != NULL && g_socket_bind(socket, own, FALSE, NULL);
}

static void
look_at_name(BhDoctorFacts *facts, GDBusConnection *bus)
{
  g_autoptr(GVariant) answer = NULL;
  const char *address;

  if (facts->host_name == NULL || facts->name != BH_DOCTOR_NAME_UNASKED)
    return;
  if (!is_on_bus(bus, "org.freedesktop.Avahi")) {
    facts->name = BH_DOCTOR_NAME_NO_SERVICE;
    return;
  }
  /* Of any interface and family (-1), without flags. */
  answer = g_dbus_connection_call_sync(
      bus, "org.freedesktop.Avahi", "/", "org.freedesktop.Avahi.Server", "ResolveHostName",
      g_variant_new("(iisiu)", -1, -1, facts->host_name, -1, 0), G_VARIANT_TYPE("(iisisu)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, BUS_TIMEOUT_MS, NULL, NULL);
  if (answer == NULL) {
    facts->name = BH_DOCTOR_NAME_SILENT;
    return;
  }
  g_variant_get(answer, "(iisi&su)", NULL, NULL, NULL, NULL, &address, NULL);
  if (is_own(facts, address)) {
    facts->name = BH_DOCTOR_NAME_WORKING;
    return;
  }
  facts->name = BH_DOCTOR_NAME_TAKEN;
  facts->name_owner = g_strdup(address);
}

/* --- clock and disk --- */

static gint64
find_time_ms(const char *path)
{
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_autoptr(GFileInfo) info =
      g_file_query_info(file, G_FILE_ATTRIBUTE_TIME_MODIFIED, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info == NULL
             ? 0
             : (gint64)g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_TIME_MODIFIED) *
                   1000;
}

/* What has been written was written in the past. */
static void
look_at_clock(BhDoctorFacts *facts, const char *state_folder)
{
  g_autoptr(GDir) folder = g_dir_open(state_folder, 0, NULL);
  gint64 newest_ms = find_time_ms("/proc/self/exe");
  struct timex kernel = {0};
  const char *name;

  facts->clock_kept = adjtimex(&kernel) >= 0 && (kernel.status & STA_UNSYNC) == 0;
  while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
    g_autofree char *path = g_build_filename(state_folder, name, NULL);

    newest_ms = MAX(newest_ms, find_time_ms(path));
  }
  facts->clock_behind_ms = MAX(facts->clock_behind_ms, newest_ms - g_get_real_time() / 1000);
}

/* The folder may not be there yet: then what it will be in. */
static void
look_at_disk(BhDoctorFacts *facts, const char *state_folder)
{
  g_autoptr(GFile) folder = g_file_new_for_path(state_folder);

  while (folder != NULL && !g_file_query_exists(folder, NULL)) {
    g_autoptr(GFile) inner = g_steal_pointer(&folder);

    folder = g_file_get_parent(inner);
  }
  if (folder != NULL) {
    g_autoptr(GFileInfo) info =
        g_file_query_filesystem_info(folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);

    facts->free_known =
        info != NULL && g_file_info_has_attribute(info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
    if (facts->free_known)
      facts->free_bytes = g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  }
}

void
bh_doctor_look(BhDoctorFacts *facts, const char *state_folder)
{
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);

  facts->vpn = find_vpn();
  look_at_firewall(facts, bus);
  look_at_name(facts, bus);
  look_at_clock(facts, state_folder);
  look_at_disk(facts, state_folder);
}
