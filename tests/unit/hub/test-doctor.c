/* SPDX-License-Identifier: Apache-2.0 */
/* What is found on the hub's computer: by its facts, by the firewall's rules, by who came. */
#include "doctor-facts.h"
#include "doctor-nft.h"
#include "doctor-visits.h"

#include <string.h>

#define NOW_MS ((gint64)1790000000000)

/* --- findings --- */

static BhDoctorFacts *
make_well(void)
{
  BhDoctorFacts *facts = bh_doctor_facts_new();

  facts->now_ms = NOW_MS;
  facts->is_running = TRUE;
  facts->http_port = 8080;
  facts->https_port = 8443;
  facts->host_name = g_strdup("bellhop-1a2b.local");
  facts->name = BH_DOCTOR_NAME_WORKING;
  facts->last_visit_ms = NOW_MS - 5 * 60000;
  facts->certificate_end_ms = NOW_MS + 1;
  facts->free_known = TRUE;
  facts->free_bytes = (guint64)10 * 1000 * 1000 * 1000;
  g_strfreev(facts->addresses);
  facts->addresses = g_strsplit("192.168.1.20", ",", -1);
  return facts;
}

static void
assert_state(const BhDoctorFacts *facts, const char *id, const char *state)
{
  g_autoptr(json_t) described = bh_doctor_describe(facts);
  const char *found = NULL;
  const json_t *finding;
  gboolean is_well = TRUE;
  gsize i;

  json_array_foreach(json_object_get(described, "findings"), i, finding)
  {
    const char *how = json_string_value(json_object_get(finding, "state"));

    g_assert_cmpint(json_is_string(json_object_get(finding, "advice")), ==,
                    !g_str_equal(how, "good"));
    is_well &= !g_str_equal(how, "bad");
    if (g_str_equal(json_string_value(json_object_get(finding, "id")), id))
      found = how;
  }
  g_assert_cmpstr(found, ==, state);
  g_assert_cmpint(json_is_true(json_object_get(described, "isWell")), ==, is_well);
}

static void
test_well(void)
{
  static const char *const ids[] = {"hub", "network", "listen", "firewall",   "name",
                                    "vpn", "clock",   "disk",   "certificate"};
  g_autoptr(BhDoctorFacts) facts = make_well();

  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
    assert_state(facts, ids[i], "good");
  assert_state(facts, "outside", NULL);
}

static void
test_each(void)
{
  g_autoptr(BhDoctorFacts) facts = make_well();

  facts->is_running = FALSE;
  assert_state(facts, "hub", "bad");
  facts->is_running = TRUE;
  facts->name = BH_DOCTOR_NAME_NO_SERVICE;
  assert_state(facts, "name", "bad");
  facts->name = BH_DOCTOR_NAME_SILENT;
  assert_state(facts, "name", "bad");
  facts->name = BH_DOCTOR_NAME_TAKEN;
  facts->name_owner = g_strdup("192.168.1.99");
  assert_state(facts, "name", "bad");
  facts->vpn = g_strdup("tun0");
  assert_state(facts, "vpn", "bad");
  facts->outside = g_strdup("10.9.9.9");
  facts->outside_ms = NOW_MS - 1000;
  assert_state(facts, "outside", "unsure");
  facts->clock_behind_ms = 60 * 1000;
  assert_state(facts, "clock", "good");
  facts->clock_behind_ms = (gint64)3600 * 1000;
  assert_state(facts, "clock", "bad");
  facts->clock_kept = TRUE;
  assert_state(facts, "clock", "good");
  facts->clock_compared = TRUE;
  assert_state(facts, "clock", "good");
  facts->clock_ahead_ms = (gint64)3600 * 1000;
  assert_state(facts, "clock", "bad");
  facts->clock_ahead_ms = (gint64)-3600 * 1000;
  assert_state(facts, "clock", "bad");
  facts->clock_ahead_ms = 0;
  facts->clock_kept = FALSE;
  assert_state(facts, "clock", "good");
  facts->free_bytes = 100 * 1000 * 1000;
  assert_state(facts, "disk", "unsure");
  facts->free_bytes = 1000;
  assert_state(facts, "disk", "bad");
  facts->certificate_end_ms = NOW_MS;
  assert_state(facts, "certificate", "bad");
  facts->is_loopback_only = TRUE;
  assert_state(facts, "listen", "bad");
  assert_state(facts, "firewall", NULL);
  g_clear_pointer(&facts->addresses[0], g_free);
  assert_state(facts, "network", "bad");
}

static void
test_firewall(void)
{
  static const struct {
    BhDoctorFirewall firewall;
    const char *state;
  } cases[] = {
      {BH_DOCTOR_FIREWALL_UNKNOWN, "unsure"}, {BH_DOCTOR_FIREWALL_NONE, "good"},
      {BH_DOCTOR_FIREWALL_OPEN, "good"},      {BH_DOCTOR_FIREWALL_CLOSED, "bad"},
      {BH_DOCTOR_FIREWALL_ACTIVE, "unsure"},
  };
  g_autoptr(BhDoctorFacts) facts = make_well();

  facts->firewall_name = g_strdup("ufw");
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    facts->firewall = cases[i].firewall;
    /* Who came is a better witness. */
    facts->last_visit_ms = NOW_MS;
    assert_state(facts, "firewall", "good");
    facts->last_visit_ms = 0;
    assert_state(facts, "firewall", cases[i].state);
  }
}

/* --- rules --- */

#define BASE(policy)                                                                               \
  "{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"in\",\"type\":\"filter\","           \
  "\"hook\":\"input\",\"prio\":0,\"policy\":\"" policy "\"}}"
#define RULE_OF(chain, expr)                                                                       \
  ",{\"rule\":{\"family\":\"inet\",\"table\":\"t\",\"chain\":\"" chain "\",\"expr\":[" expr "]}}"
#define RULE(expr)         RULE_OF("in", expr)
#define MATCH(left, right) "{\"match\":{\"op\":\"==\",\"left\":" left ",\"right\":" right "}}"
#define DPORT              "{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}}"
#define SADDR              "{\"payload\":{\"protocol\":\"ip\",\"field\":\"saddr\"}}"
#define IIF                "{\"meta\":{\"key\":\"iifname\"}}"
#define ACCEPT             "{\"accept\":null}"
#define DROP               "{\"drop\":null}"

static void
test_rules(void)
{
  static const struct {
    const char *items;
    BhDoctorFirewall verdict;
  } cases[] = {
      {"", BH_DOCTOR_FIREWALL_NONE},
      {BASE("accept"), BH_DOCTOR_FIREWALL_OPEN},
      {BASE("drop"), BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("drop") RULE(MATCH(DPORT, "8080") "," ACCEPT), BH_DOCTOR_FIREWALL_OPEN},
      {BASE("drop") RULE(MATCH(DPORT, "22") "," ACCEPT), BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("drop") RULE(MATCH(DPORT, "{\"set\":[22,{\"range\":[8000,8100]}]}") "," ACCEPT),
       BH_DOCTOR_FIREWALL_OPEN},
      {BASE("drop") RULE(MATCH(DPORT, "\"@ports\"") "," ACCEPT), BH_DOCTOR_FIREWALL_ACTIVE},
      {BASE("accept") RULE(MATCH(DPORT, "8080") "," DROP), BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("accept") RULE(MATCH(DPORT, "8080") ",{\"reject\":{\"type\":\"tcp reset\"}}"),
       BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("drop") RULE(MATCH(IIF, "\"lo\"") "," ACCEPT), BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("drop") RULE(MATCH(IIF, "\"eth0\"") "," ACCEPT), BH_DOCTOR_FIREWALL_ACTIVE},
      {BASE("drop") RULE("{\"match\":{\"op\":\"in\",\"left\":{\"ct\":{\"key\":\"state\"}},"
                         "\"right\":[\"established\",\"related\"]}}," ACCEPT),
       BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("drop")
           RULE(MATCH(SADDR, "{\"prefix\":{\"addr\":\"192.168.0.0\",\"len\":16}}") "," ACCEPT),
       BH_DOCTOR_FIREWALL_OPEN},
      {BASE("drop") RULE(MATCH(SADDR, "{\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":8}}") "," ACCEPT),
       BH_DOCTOR_FIREWALL_CLOSED},
      {BASE("accept") RULE("{\"limit\":{\"rate\":1}}," DROP), BH_DOCTOR_FIREWALL_ACTIVE},
      {BASE("drop") RULE("{\"jump\":{\"target\":\"web\"}}")
           RULE_OF("web", MATCH(DPORT, "8080") "," ACCEPT),
       BH_DOCTOR_FIREWALL_OPEN},
      {BASE("drop") RULE("{\"jump\":{\"target\":\"web\"}}") RULE_OF("web", "{\"return\":null}")
           RULE_OF("web", ACCEPT),
       BH_DOCTOR_FIREWALL_CLOSED},
      /* What jumps to itself for ever is not followed for ever. */
      {BASE("drop") RULE("{\"jump\":{\"target\":\"in\"}}"), BH_DOCTOR_FIREWALL_ACTIVE},
      {BASE("accept") ",{\"chain\":{\"family\":\"ip\",\"table\":\"u\",\"name\":\"in\",\"type\":"
                      "\"filter\",\"hook\":\"input\",\"prio\":9,\"policy\":\"drop\"}}",
       BH_DOCTOR_FIREWALL_CLOSED},
      {"{\"chain\":{\"family\":\"ip6\",\"table\":\"t\",\"name\":\"in\",\"type\":\"filter\","
       "\"hook\":\"input\",\"prio\":0,\"policy\":\"drop\"}}",
       BH_DOCTOR_FIREWALL_NONE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = g_strdup_printf("{\"nftables\":[%s]}", cases[i].items);

    g_test_message("%s", text);
    g_assert_cmpint(bh_doctor_nft_judge(text, strlen(text), 8080, "192.168.1.20"), ==,
                    cases[i].verdict);
  }
  g_assert_cmpint(bh_doctor_nft_judge("{}", 2, 8080, "192.168.1.20"), ==,
                  BH_DOCTOR_FIREWALL_UNKNOWN);
}

/* --- visits --- */

static void
visit(BhDoctorVisits *visits, const char *address, gint64 now_ms)
{
  BhRemote remote = {.address = (char *)address};

  bh_doctor_visits_note(visits, &remote, now_ms);
}

static void
assert_judged(const BhDoctorVisits *visits, gint64 up_ms, gint64 now_ms, BhVisitors expected,
              gint64 expected_next_ms)
{
  gint64 next_ms;

  g_assert_cmpint(bh_doctor_visits_judge(visits, up_ms, now_ms, &next_ms), ==, expected);
  g_assert_cmpint(next_ms, ==, expected_next_ms);
}

static void
test_visits(void)
{
  static const char *const own[] = {"192.168.1.20", NULL};
  g_autoptr(BhDoctorVisits) visits = bh_doctor_visits_new();
  g_autoptr(BhAddressSet) networks = bh_address_set_new();
  g_autoptr(json_t) described = NULL;
  g_autofree char *text = NULL;
  BhRemote loopback = {.address = (char *)"127.0.0.1", .loopback = TRUE};
  BhRemote veiled = {.address = (char *)"192.168.1.21", .veiled = TRUE};
  gint64 last_ms;

  bh_address_set_add(networks, "127.0.0.0/8", NULL);
  bh_address_set_add(networks, "192.168.1.0/24", NULL);
  bh_address_set_add(networks, "fd12::/64", NULL);
  bh_doctor_visits_set_networks(visits, networks, own);
  assert_judged(visits, 0, NOW_MS, BH_VISITORS_UNKNOWN, BH_DOCTOR_VISITS_SETTLE_MS);
  assert_judged(visits, BH_DOCTOR_VISITS_SETTLE_MS, NOW_MS, BH_VISITORS_NONE, 0);
  bh_doctor_visits_note(visits, &loopback, NOW_MS);
  bh_doctor_visits_note(visits, &veiled, NOW_MS);
  visit(visits, "192.168.1.20", NOW_MS);
  g_assert_cmpint(bh_doctor_visits_get_last_ms(visits), ==, 0);
  g_assert_null(bh_doctor_visits_get_outside(visits, &last_ms));

  visit(visits, "::ffff:192.168.1.21", NOW_MS + 1);
  visit(visits, "10.0.0.9", NOW_MS + 2);
  visit(visits, "not an address", NOW_MS + 3);
  g_assert_cmpint(bh_doctor_visits_get_last_ms(visits), ==, NOW_MS + 1);
  assert_judged(visits, 0, NOW_MS + 1, BH_VISITORS_SOME, BH_DOCTOR_VISITS_FRESH_MS);
  assert_judged(visits, 0, NOW_MS + 1 + BH_DOCTOR_VISITS_FRESH_MS, BH_VISITORS_UNKNOWN, 0);
  /* The clock was set back. */
  assert_judged(visits, 0, NOW_MS - 1, BH_VISITORS_UNKNOWN, BH_DOCTOR_VISITS_FRESH_MS);
  g_assert_cmpstr(bh_doctor_visits_get_outside(visits, &last_ms), ==, "10.0.0.9");
  g_assert_cmpint(last_ms, ==, NOW_MS + 2);

  /* What is known of a network outlives a change of the others. */
  bh_doctor_visits_set_networks(visits, networks, own);
  described = bh_doctor_visits_describe(visits);
  text = bh_json_to_text(described);
  g_assert_cmpstr(text, ==,
                  "[{\"network\":\"192.168.1.0/24\",\"lastVisitMs\":1790000000001},"
                  "{\"network\":\"fd12::/64\",\"lastVisitMs\":null}]");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/doctor/well", test_well);
  g_test_add_func("/doctor/each", test_each);
  g_test_add_func("/doctor/firewall", test_firewall);
  g_test_add_func("/doctor/rules", test_rules);
  g_test_add_func("/doctor/visits", test_visits);
  return g_test_run();
}
