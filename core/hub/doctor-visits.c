/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "doctor-visits.h"

#include <string.h>

/* A page asks for many things at once: one of these within that time is enough. */
#define SAME_VISIT_MS 1000

typedef struct {
  char *text;
  BhAddressSet *set;
  gint64 last_ms; /* 0: never */
} Network;

struct _BhDoctorVisits {
  GPtrArray *networks; /* of Network */
  char **own;
  gint64 last_ms;
  char *outside;
  gint64 outside_ms;
  char *noted; /* the last one, and when */
  gint64 noted_ms;
};

static void
network_free(gpointer data)
{
  Network *network = data;

  g_free(network->text);
  bh_address_set_unref(network->set);
  g_free(network);
}

BhDoctorVisits *
bh_doctor_visits_new(void)
{
  BhDoctorVisits *visits = g_new0(BhDoctorVisits, 1);

  visits->networks = g_ptr_array_new_with_free_func(network_free);
  visits->own = g_new0(char *, 1);
  return visits;
}

void
bh_doctor_visits_free(BhDoctorVisits *visits)
{
  g_ptr_array_unref(visits->networks);
  g_strfreev(visits->own);
  g_free(visits->outside);
  g_free(visits->noted);
  g_free(visits);
}

static gint64
find_last_ms(const BhDoctorVisits *visits, const char *text)
{
  for (guint i = 0; i < visits->networks->len; i++) {
    const Network *network = visits->networks->pdata[i];

    if (g_str_equal(network->text, text))
      return network->last_ms;
  }
  return 0;
}

static gboolean
is_loopback(const char *text)
{
  return g_str_has_prefix(text, "127.") || g_str_has_prefix(text, "::1/");
}

void
bh_doctor_visits_set_networks(BhDoctorVisits *visits, const BhAddressSet *networks,
                              const char *const *own)
{
  g_auto(GStrv) list = bh_address_set_list(networks);
  GPtrArray *fresh = g_ptr_array_new_with_free_func(network_free);

  for (guint i = 0; list[i] != NULL; i++) {
    Network *network;

    if (is_loopback(list[i]))
      continue;
    network = g_new0(Network, 1);
    network->text = g_strdup(list[i]);
    network->set = bh_address_set_new();
    bh_address_set_add(network->set, list[i], NULL);
    network->last_ms = find_last_ms(visits, list[i]);
    g_ptr_array_add(fresh, network);
  }
  g_ptr_array_unref(visits->networks);
  visits->networks = fresh;
  g_strfreev(visits->own);
  visits->own = g_strdupv((char **)own);
  g_clear_pointer(&visits->noted, g_free);
}

static gboolean
is_noted(BhDoctorVisits *visits, const char *address, gint64 now_ms)
{
  if (g_strcmp0(visits->noted, address) == 0 && now_ms >= visits->noted_ms &&
      now_ms - visits->noted_ms < SAME_VISIT_MS)
    return TRUE;
  g_free(visits->noted);
  visits->noted = g_strdup(address);
  visits->noted_ms = now_ms;
  return FALSE;
}

gboolean
bh_doctor_visits_note(BhDoctorVisits *visits, const BhRemote *remote, gint64 now_ms)
{
  g_autofree char *address = NULL;
  gboolean inside = FALSE;

  /* Whom a proxy brought says nothing about the way here. */
  if (remote->loopback || remote->local_socket || remote->veiled ||
      is_noted(visits, remote->address, now_ms))
    return FALSE;
  address = bh_address_normalise(remote->address);
  if (address == NULL || g_strv_contains((const char *const *)visits->own, address))
    return FALSE;
  for (guint i = 0; i < visits->networks->len; i++) {
    Network *network = visits->networks->pdata[i];

    if (bh_address_set_contains(network->set, address)) {
      network->last_ms = now_ms;
      inside = TRUE;
    }
  }
  if (inside) {
    visits->last_ms = now_ms;
    return TRUE;
  }
  g_free(visits->outside);
  visits->outside = g_steal_pointer(&address);
  visits->outside_ms = now_ms;
  return TRUE;
}

gint64
bh_doctor_visits_get_last_ms(const BhDoctorVisits *visits)
{
  return visits->last_ms;
}

BhVisitors
bh_doctor_visits_judge(const BhDoctorVisits *visits, gint64 up_ms, gint64 now_ms, gint64 *next_ms)
{
  gint64 left_ms = visits->last_ms > 0 ? visits->last_ms + BH_DOCTOR_VISITS_FRESH_MS - now_ms
                                       : BH_DOCTOR_VISITS_SETTLE_MS - up_ms;

  /* A clock that was set back does not keep a visit fresh. */
  *next_ms = CLAMP(left_ms, 0, BH_DOCTOR_VISITS_FRESH_MS);
  if (visits->last_ms > 0)
    return left_ms > 0 && left_ms <= BH_DOCTOR_VISITS_FRESH_MS ? BH_VISITORS_SOME
                                                               : BH_VISITORS_UNKNOWN;
  return left_ms > 0 ? BH_VISITORS_UNKNOWN : BH_VISITORS_NONE;
}

const char *
bh_doctor_visits_get_outside(const BhDoctorVisits *visits, gint64 *last_ms)
{
  *last_ms = visits->outside_ms;
  return visits->outside;
}

json_t *
bh_doctor_visits_describe(const BhDoctorVisits *visits)
{
  json_t *list = json_array();

  for (guint i = 0; i < visits->networks->len; i++) {
    const Network *network = visits->networks->pdata[i];

    json_array_append_new(
        list, json_pack("{s:s, s:o}", "network", network->text, "lastVisitMs",
                        network->last_ms > 0 ? json_integer(network->last_ms) : json_null()));
  }
  return list;
}
