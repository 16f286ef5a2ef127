/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "doctor-facts.h"

static const char *const firewall_words[] = {
    [BH_DOCTOR_FIREWALL_UNKNOWN] = "unknown", [BH_DOCTOR_FIREWALL_NONE] = "none",
    [BH_DOCTOR_FIREWALL_OPEN] = "open",       [BH_DOCTOR_FIREWALL_CLOSED] = "closed",
    [BH_DOCTOR_FIREWALL_ACTIVE] = "active",
};

static const char *const name_words[] = {
    [BH_DOCTOR_NAME_UNASKED] = "unasked",       [BH_DOCTOR_NAME_WORKING] = "working",
    [BH_DOCTOR_NAME_NO_SERVICE] = "no-service", [BH_DOCTOR_NAME_SILENT] = "silent",
    [BH_DOCTOR_NAME_TAKEN] = "taken",
};

static const char *const state_words[] = {
    [BH_DOCTOR_GOOD] = "good",
    [BH_DOCTOR_UNSURE] = "unsure",
    [BH_DOCTOR_BAD] = "bad",
};

BhDoctorFacts *
bh_doctor_facts_new(void)
{
  BhDoctorFacts *facts = g_new0(BhDoctorFacts, 1);

  facts->addresses = g_new0(char *, 1);
  return facts;
}

void
bh_doctor_facts_free(BhDoctorFacts *facts)
{
  g_free(facts->problem);
  g_free(facts->listen_address);
  g_free(facts->host_name);
  g_free(facts->outside);
  json_decref(facts->networks);
  g_strfreev(facts->addresses);
  g_free(facts->vpn);
  g_free(facts->firewall_name);
  g_free(facts->name_owner);
  g_free(facts);
}

static json_t *
text_or_null(const char *text)
{
  return text != NULL ? json_string(text) : json_null();
}

static json_t *
time_or_null(gint64 time_ms)
{
  return time_ms > 0 ? json_integer(time_ms) : json_null();
}

static json_t *
describe_hub(const BhDoctorFacts *facts)
{
  return json_pack(
      "{s:b, s:o, s:b, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "isRunning", facts->is_running,
      "listen", text_or_null(facts->listen_address), "isLoopbackOnly", facts->is_loopback_only,
      "httpPort", facts->http_port, "httpsPort", facts->https_port, "hostName",
      text_or_null(facts->host_name), "certificateEndMs", time_or_null(facts->certificate_end_ms),
      "lastVisitMs", time_or_null(facts->last_visit_ms), "outside", text_or_null(facts->outside),
      "networks", facts->networks != NULL ? json_incref(facts->networks) : json_array());
}

static json_t *
describe_computer(const BhDoctorFacts *facts)
{
  json_t *addresses = json_array();

  for (guint i = 0; facts->addresses[i] != NULL; i++)
    json_array_append_new(addresses, json_string(facts->addresses[i]));
  return json_pack("{s:o, s:o, s:s, s:o, s:s, s:o, s:I, s:o, s:b, s:o}", "addresses", addresses,
                   "vpn", text_or_null(facts->vpn), "firewall", firewall_words[facts->firewall],
                   "firewallName", text_or_null(facts->firewall_name), "name",
                   name_words[facts->name], "nameOwner", text_or_null(facts->name_owner),
                   "clockBehindMs", (json_int_t)facts->clock_behind_ms, "clockAheadMs",
                   facts->clock_compared ? json_integer(facts->clock_ahead_ms) : json_null(),
                   "isClockKept", facts->clock_kept, "freeBytes",
                   facts->free_known ? json_integer((json_int_t)facts->free_bytes) : json_null());
}

json_t *
bh_doctor_describe(const BhDoctorFacts *facts)
{
  g_autoptr(GPtrArray) findings = bh_doctor_find(facts);
  json_t *list = json_array();
  gboolean is_well = TRUE;

  for (guint i = 0; i < findings->len; i++) {
    const BhDoctorFinding *finding = findings->pdata[i];

    is_well &= finding->state != BH_DOCTOR_BAD;
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "id", finding->id, "state",
                                          state_words[finding->state], "what", finding->what,
                                          "advice", text_or_null(finding->advice)));
  }
  return json_pack("{s:b, s:o, s:{s:o, s:o}}", "isWell", is_well, "findings", list, "facts", "hub",
                   describe_hub(facts), "computer", describe_computer(facts));
}
