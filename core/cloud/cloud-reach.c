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

/* An IPv6 household has a network of its own, and each device an address in it (RFC 6177). */
#define HOUSEHOLD_BITS_V6 64

struct _BhCloudReach {
  BhSignalingServer *signaling;
  BhRateTable *rates;
};

/* From one household, as far as addresses tell. Returns: (transfer full): null: they do not: a
 * house has IPv4 and IPv6, and each device uses what it likes */
static json_t *
judge_household(const char *one, const char *other)
{
  g_autofree char *normal = bh_address_normalise(one);
  g_autofree char *other_normal = bh_address_normalise(other);
  g_autoptr(BhAddressSet) household = bh_address_set_new();
  g_autofree char *text = NULL;
  gboolean is_v6;

  if (normal == NULL || other_normal == NULL)
    return json_null();
  is_v6 = strchr(normal, ':') != NULL;
  if (is_v6 != (strchr(other_normal, ':') != NULL))
    return json_null();
  text = is_v6 ? g_strdup_printf("%s/%d", normal, HOUSEHOLD_BITS_V6) : g_strdup(normal);
  return json_boolean(bh_address_set_add(household, text, NULL) &&
                      bh_address_set_contains(household, other_normal));
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
  g_autoptr(json_t) answer = NULL;

  bh_web_request_set_header(request, "Access-Control-Allow-Origin", "*");
  bh_web_request_set_header(request, "Cross-Origin-Resource-Policy", "cross-origin");
  if (!bh_rate_table_take(self->rates, remote->address, g_get_real_time() / 1000)) {
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
