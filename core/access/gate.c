/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "gate.h"

#include "audit-log.h"
#include "device-book.h"
#include "device-token.h"
#include "membership.h"
#include "revocations.h"
#include "seating-book.h"
#include "sign-key.h"

#define JOIN_REFUSED "join-refused" /* detail: the wire's code */

gboolean
bh_gate_has_keys(const BhGate *gate)
{
  return gate != NULL && gate->hub_key != NULL && gate->devices != NULL;
}

BhDevice *
bh_gate_find_device(const BhGate *gate, const char *device_id)
{
  return bh_gate_has_keys(gate) ? bh_device_book_find(gate->devices, device_id) : NULL;
}

BhDevice *
bh_gate_find_by_token(const BhGate *gate, const char *token)
{
  if (!bh_gate_has_keys(gate))
    return NULL;
  return bh_device_token_find(gate->devices, token, bh_sign_key_get_public(gate->hub_key));
}

const BhGuestSession *
bh_gate_find_guest(const BhGate *gate, const char *secret)
{
  if (gate == NULL || gate->seatings == NULL)
    return NULL;
  return bh_seating_book_find_session(gate->seatings, secret);
}

gboolean
bh_gate_is_inside(const BhGate *gate, const BhRemote *remote)
{
  if (remote == NULL || remote->veiled)
    return FALSE;
  if (remote->loopback || remote->local_socket)
    return TRUE;
  return gate != NULL && gate->networks != NULL &&
         bh_address_set_contains(gate->networks, remote->address);
}

gboolean
bh_gate_is_private(const BhRemote *remote)
{
  return remote != NULL && (remote->secure || remote->loopback || remote->local_socket);
}

json_t *
bh_gate_make_membership(const BhGate *gate, const char *tenant_id, const BhDevice *device,
                        gint64 now_ms)
{
  g_return_val_if_fail(bh_gate_has_keys(gate), NULL);

  return bh_membership_issue(gate->hub_key, tenant_id, device, now_ms);
}

json_t *
bh_gate_make_revocations(const BhGate *gate, const char *tenant_id)
{
  g_autoptr(json_t) parts = NULL;

  g_return_val_if_fail(bh_gate_has_keys(gate), NULL);

  parts = bh_device_book_describe_revocations(gate->devices);
  return bh_revocations_issue(gate->hub_key, tenant_id, parts);
}

void
bh_gate_saw(const BhGate *gate, const BhDevice *device, gint64 now_ms)
{
  if (bh_gate_has_keys(gate))
    bh_device_book_seen(gate->devices, device->device_id, now_ms);
}

void
bh_gate_note_refusal(const BhGate *gate, const char *who, const char *reason,
                     const BhRemote *remote)
{
  if (gate != NULL && gate->audit != NULL)
    bh_audit_log_add(gate->audit, JOIN_REFUSED, who, NULL, reason,
                     remote != NULL ? remote->address : NULL);
}
