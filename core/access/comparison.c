/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "comparison.h"

#include <string.h>

#include "digest.h"
#include "id.h"

BhComparison *
bh_comparison_new(const BhRequestBody *body, const char *address, gint64 utc_ms, gint64 run_ms)
{
  BhComparison *comparison = g_new0(BhComparison, 1);

  comparison->request_id = bh_id_new(utc_ms);
  memcpy(comparison->public_key, body->public_key, sizeof comparison->public_key);
  memcpy(comparison->commitment, body->commitment, sizeof comparison->commitment);
  bh_id_random(comparison->hub_nonce, sizeof comparison->hub_nonce);
  comparison->name = g_strdup(body->name.clean);
  comparison->address = g_strdup(address != NULL ? address : "");
  comparison->created_ms = run_ms;
  comparison->deadline_ms = run_ms + BH_COMPARISON_OPEN_WITHIN_MS;
  return comparison;
}

void
bh_comparison_free(BhComparison *comparison)
{
  g_free(comparison->request_id);
  g_free(comparison->name);
  g_free(comparison->address);
  g_free(comparison->device_id);
  g_free(comparison);
}

gboolean
bh_comparison_is_live(const BhComparison *comparison)
{
  return comparison->state <= BH_COMPARISON_ACCEPTING;
}

gboolean
bh_comparison_knows(const BhComparison *comparison, const guint8 *nonce)
{
  guint8 commitment[BH_DIGEST_BYTES];

  bh_comparison_commit(comparison->public_key, nonce, commitment);
  return bh_digest_equal(commitment, comparison->commitment, sizeof commitment);
}

gboolean
bh_comparison_open(BhComparison *comparison, const guint8 *hub_key, const BhOpenBody *body)
{
  const BhComparisonFacts facts = {
      .request_id = comparison->request_id,
      .public_key = comparison->public_key,
      .hub_key = hub_key,
      .device_nonce = body->nonce,
      .hub_nonce = comparison->hub_nonce,
  };

  if (!bh_comparison_knows(comparison, body->nonce) ||
      !bh_comparison_check(&facts, body->signature))
    return FALSE;
  if (comparison->state == BH_COMPARISON_WAITING) {
    memcpy(comparison->device_nonce, body->nonce, sizeof comparison->device_nonce);
    bh_comparison_make_code(&facts, comparison->code);
    comparison->state = BH_COMPARISON_OPEN;
    comparison->deadline_ms = comparison->created_ms + BH_COMPARISON_LIFETIME_MS;
  }
  return TRUE;
}

void
bh_comparison_finish(BhComparison *comparison, const char *device_id, gint64 run_ms)
{
  comparison->device_id = g_strdup(device_id);
  comparison->state = device_id != NULL ? BH_COMPARISON_ACCEPTED : BH_COMPARISON_REFUSED;
  comparison->deadline_ms = run_ms + BH_COMPARISON_LIFETIME_MS;
}
