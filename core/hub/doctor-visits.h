/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDoctorVisits: when another device last reached this hub, by each network that the hub is in,
 * since it started. Nobody but this computer ever: then it is this computer that keeps them out.
 * Somebody: then it is the way of whoever does not get here.
 *
 * No clock and no socket: who came and when is told. Remembers networks and times, no visitor; of
 * those from outside one address, for the front desk.
 */
#pragma once

#include "address-set.h"
#include "json-text.h"
#include "remote.h"
#include "visitors.h"

typedef struct _BhDoctorVisits BhDoctorVisits;

BhDoctorVisits *bh_doctor_visits_new(void);
void bh_doctor_visits_free(BhDoctorVisits *visits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhDoctorVisits, bh_doctor_visits_free)

/**
 * bh_doctor_visits_set_networks: what is known of networks that are still there is kept.
 * @own: (array zero-terminated=1): this computer's own addresses: who comes by them is at home
 */
void bh_doctor_visits_set_networks(BhDoctorVisits *visits, const BhAddressSet *networks,
                                   const char *const *own);

/** bh_doctor_visits_note: somebody asked for something, now. Returns: whether that is news */
gboolean bh_doctor_visits_note(BhDoctorVisits *visits, const BhRemote *remote, gint64 now_ms);

/** bh_doctor_visits_get_last_ms: from one of the hub's networks. Returns: 0: never */
gint64 bh_doctor_visits_get_last_ms(const BhDoctorVisits *visits);

/* Devices that are there come back within seconds after a start; what was in the morning may be
 * otherwise at night. */
#define BH_DOCTOR_VISITS_SETTLE_MS ((gint64)20 * 1000)
#define BH_DOCTOR_VISITS_FRESH_MS  ((gint64)12 * 3600 * 1000)

/**
 * bh_doctor_visits_judge: what that says to who does not get here.
 * @up_ms: for how long the hub has been up
 * @next_ms: (out): after how long it may be otherwise without anybody coming; 0: never
 */
BhVisitors bh_doctor_visits_judge(const BhDoctorVisits *visits, gint64 up_ms, gint64 now_ms,
                                  gint64 *next_ms);

/**
 * bh_doctor_visits_get_outside:
 * @last_ms: (out):
 *
 * Returns: (transfer none) (nullable): the address of who came last from another network
 */
const char *bh_doctor_visits_get_outside(const BhDoctorVisits *visits, gint64 *last_ms);

/** bh_doctor_visits_describe: Returns: (transfer full): [{network, lastVisitMs or null}] */
json_t *bh_doctor_visits_describe(const BhDoctorVisits *visits);
