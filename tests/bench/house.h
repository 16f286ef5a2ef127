/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BenchHouse: a hub's key and its paired devices. Made before the server is forked, so that both
 * sides know them; the server's half is made in the child, as it has a thread.
 */
#pragma once

#include "device.h"
#include "frame-seal.h"
#include "gate.h"
#include "sign-key.h"

typedef struct {
  BhSignKey *hub_key;
  GPtrArray *devices; /* of BhDevice */
  GPtrArray *keys;    /* of BhSignKey: of the device at the same place */
  char *folder;       /* the server's store */
  BhGate gate;
} BenchHouse;

BenchHouse *bench_house_new(guint n_devices);

/** bench_house_free: in the parent, once the server has ended: removes the folder. */
void bench_house_free(BenchHouse *house);

/** bench_house_open_gate: in the child. Returns: (transfer none): for BhSignalingConfig */
const BhGate *bench_house_open_gate(BenchHouse *house);

/**
 * bench_house_join: the join of device @n by proof, sealed, on a blocking WebSocket (wire.h).
 *
 * Returns: (transfer full): the device's side, with `joined` opened; the process ends where it is
 *   not let in
 */
BhFrameSeal *bench_house_join(BenchHouse *house, guint n, int fd, const char *tenant_id,
                              const char *peer_id);
