/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "api-change.h"

BhApiChange *
bh_api_change_new(BhApiCall *call, BhHubState *state, const char *kind, const char *subject,
                  const char *detail)
{
  BhApiChange *change = g_new0(BhApiChange, 1);

  change->call = call;
  change->state = state;
  change->kind = kind;
  change->subject = g_strdup(subject);
  change->detail = g_strdup(detail);
  return change;
}

void
bh_api_change_free(BhApiChange *change)
{
  g_free(change->subject);
  g_free(change->detail);
  g_free(change);
}

void
bh_api_change_note(const BhApiChange *change)
{
  const BhCaller *caller = bh_api_call_get_caller(change->call);

  bh_audit_log_add(change->state->audit, change->kind, caller->who, change->subject, change->detail,
                   caller->address);
}

void
bh_api_change_done(const BhApiChange *change, guint status, json_t *body)
{
  bh_api_change_note(change);
  bh_api_call_respond(change->call, status, body);
}
