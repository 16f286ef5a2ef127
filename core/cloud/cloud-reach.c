/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-cloud"

#include "cloud-reach.h"

#include <string.h>

#include "base64url.h"
#include "membership.h"
#include "rate-table.h"

/* A page asks once each time that a person looks; a whole house may come from one address. */
#define PER_MINUTE 120
#define MAX_ASKERS 4096

struct _BhCloudReach {
  BhSignalingServer *signaling;
  BhRateTable *rates;
};

/* Returns: (transfer full) (nullable): what a house is to a cloud: one address of IPv4, or one
 * network of IPv6; %NULL: @address is none */
static char *
find_household(const char *address)
{
  char *network = bh_address_dup_household(address);

  return network != NULL ? network : bh_address_normalise(address);
}

/* From one household, as far as addresses tell. Returns: (transfer full): null: they do not: a
 * house has IPv4 and IPv6, and each device uses what it likes */
static json_t *
judge_household(const char *one, const char *other)
{
  g_autofree char *household = find_household(one);
  g_autofree char *other_household = find_household(other);

  if (household == NULL || other_household == NULL ||
      (strchr(household, ':') != NULL) != (strchr(other_household, ':') != NULL))
    return json_null();
  return json_boolean(g_str_equal(household, other_household));
}

static json_t *
describe_visitors(BhVisitors visitors)
{
  return visitors == BH_VISITORS_UNKNOWN ? json_null() : json_boolean(visitors == BH_VISITORS_SOME);
}

/* Who comes to the house is nobody's business outside it, whoever knows the key.
 * Returns: (transfer full): null: that is no hub's key */
static json_t *
describe_hub(BhCloudReach *self, const char *tenant_id, const char *key_text, const char *address)
{
  guint8 key[BH_MEMBERSHIP_KEY_BYTES];
  const char *hub_address;
  BhVisitors visitors;
  json_t *same;

  if (tenant_id == NULL || key_text == NULL ||
      !bh_base64url_decode_exact(key_text, key, sizeof key))
    return json_null();
  hub_address = bh_signaling_server_find_hub_address(self->signaling, tenant_id, key, &visitors);
  same = hub_address != NULL ? judge_household(hub_address, address) : json_null();
  return json_pack("{s:b, s:o, s:o}", "isOnline", hub_address != NULL, "hasVisitors",
                   json_is_true(same) ? describe_visitors(visitors) : json_null(), "isSameAddress",
                   same);
}

static void
on_reach(BhWebRequest *request, gpointer user_data)
{
  BhCloudReach *self = user_data;
  const BhRemote *remote = bh_web_request_get_remote(request);
  g_autofree char *address = bh_address_normalise(remote->address);
  g_autofree char *household = find_household(remote->address);
  g_autoptr(json_t) answer = NULL;

  bh_web_request_set_header(request, "Access-Control-Allow-Origin", "*");
  bh_web_request_set_header(request, "Cross-Origin-Resource-Policy", "cross-origin");
  if (!bh_rate_table_take(self->rates, household != NULL ? household : "",
                          g_get_real_time() / 1000)) {
    bh_web_request_set_header(request, "Retry-After", "60");
    bh_web_request_respond_problem(request, 429, "rate-limited",
                                   "Too many questions; ask again in a minute.");
    return;
  }
  answer = json_pack("{s:s, s:s, s:o}", "kind", "cloud", "address", address != NULL ? address : "",
                     "hub",
                     describe_hub(self, bh_web_request_get_query(request, "tenantId"),
                                  bh_web_request_get_query(request, "hubKey"), remote->address));
  bh_web_request_respond_json(request, 200, answer);
}

BhCloudReach *
bh_cloud_reach_new(BhWebServer *web, BhSignalingServer *signaling)
{
  BhCloudReach *reach = g_new0(BhCloudReach, 1);

  reach->signaling = g_object_ref(signaling);
  reach->rates = bh_rate_table_new(PER_MINUTE, MAX_ASKERS);
  bh_web_server_mount(web, "GET", "/api/v1/reach", on_reach, reach);
  return reach;
}

void
bh_cloud_reach_free(BhCloudReach *reach)
{
  g_object_unref(reach->signaling);
  bh_rate_table_free(reach->rates);
  g_free(reach);
}
