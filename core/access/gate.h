/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhGate: what the doors of the hub ask before they let anyone in: who is paired, whose signature
 * this server has, which guests sit here, and whether an address is the property's own. And where
 * they note whom they sent away.
 *
 * A plain struct of borrowed pointers; its owner may replace a member at any time on the main
 * context, and keeps the struct for as long as a door has it.
 */
#pragma once

#include "address-set.h"
#include "device.h"
#include "guest-session.h"
#include "json-text.h"
#include "remote.h"

/* Named only, so that rooms which may know neither crypto nor the store can include this. */
typedef struct _BhSignKey BhSignKey;
typedef struct _BhDeviceBook BhDeviceBook;
typedef struct _BhSeatingBook BhSeatingBook;
typedef struct _BhAuditLog BhAuditLog;

/* Any member may be %NULL: then nobody comes in by it. An open hub needs none. */
typedef struct {
  BhSignKey *hub_key;
  BhDeviceBook *devices;
  BhSeatingBook *seatings;
  BhAuditLog *audit;
  const BhAddressSet *networks; /* the property's own; this computer belongs to them always */
} BhGate;

/** bh_gate_has_keys: @gate: (nullable); whether a paired device can prove itself here */
gboolean bh_gate_has_keys(const BhGate *gate);

/** bh_gate_find_device: Returns: (transfer none) (nullable): removed ones too, see BhDevice */
BhDevice *bh_gate_find_device(const BhGate *gate, const char *device_id);

/**
 * bh_gate_find_by_token:
 * @gate: (nullable):
 * @token: foreign text: a bearer token, which holds the device's key
 *
 * About 50 us.
 *
 * Returns: (transfer none) (nullable): whose key it is; removed ones too
 */
BhDevice *bh_gate_find_by_token(const BhGate *gate, const char *token);

/**
 * bh_gate_find_guest:
 * @gate: (nullable):
 * @secret: foreign text
 *
 * Returns: (transfer none) (nullable): valid until the main loop runs again; %NULL: there is no
 *   such session, or it is over
 */
const BhGuestSession *bh_gate_find_guest(const BhGate *gate, const char *secret);

/** bh_gate_is_inside: @gate: (nullable), @remote: (nullable): from one of the own networks */
gboolean bh_gate_is_inside(const BhGate *gate, const BhRemote *remote);

/**
 * bh_gate_is_private: @remote: (nullable); whether nobody can listen on the way: TLS, or no network
 * at all. A token may travel here, and nothing needs to be sealed.
 */
gboolean bh_gate_is_private(const BhRemote *remote);

/** bh_gate_make_membership: Returns: (transfer full): `{data, sig}` of @device */
json_t *bh_gate_make_membership(const BhGate *gate, const char *tenant_id, const BhDevice *device,
                                gint64 now_ms);

/** bh_gate_make_revocations: Returns: (transfer full): `{data, sig}` of all there are */
json_t *bh_gate_make_revocations(const BhGate *gate, const char *tenant_id);

/** bh_gate_saw: the device has just proved itself. */
void bh_gate_saw(const BhGate *gate, const BhDevice *device, gint64 now_ms);

/**
 * bh_gate_note_refusal:
 * @gate: (nullable):
 * @who: (nullable): the device as it called itself; foreign text
 * @reason: the code it was told
 * @remote: (nullable):
 *
 * The log keeps a bounded number a minute and counts the rest.
 */
void bh_gate_note_refusal(const BhGate *gate, const char *who, const char *reason,
                          const BhRemote *remote);
