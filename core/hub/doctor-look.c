/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "doctor-look.h"

#include "own-address.h"

json_t *
bh_doctor_check_settings(const BhSettings *settings, const char *problem)
{
  g_autoptr(BhDoctorFacts) facts = bh_doctor_facts_new();
  char **addresses = bh_address_list_for_links();

  facts->now_ms = g_get_real_time() / 1000;
  facts->problem = g_strdup(problem);
  facts->listen_address = g_strdup(settings->listen_address);
  facts->is_loopback_only = bh_settings_is_loopback(settings);
  facts->http_port = settings->port;
  facts->https_port = settings->https_port;
  if (addresses != NULL) {
    g_strfreev(facts->addresses);
    facts->addresses = addresses;
  }
  bh_doctor_look(facts, settings->state_folder);
  return bh_doctor_describe(facts);
}
