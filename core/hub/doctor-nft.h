/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor-nft: whether the rules of nftables, as `nft -j list ruleset` prints them, let a new TCP
 * connection in.
 */
#pragma once

#include "doctor-facts.h"

/**
 * bh_doctor_nft_judge:
 * @text: of @length bytes, foreign
 * @port: that it is for
 * @address: that it is for; who asks is in the same network
 *
 * Rules that look at anything else leave it open whether they match.
 *
 * Returns: NONE: nothing filters what comes in; OPEN, CLOSED; ACTIVE: it depends; UNKNOWN: that is
 *   no list of rules
 */
BhDoctorFirewall bh_doctor_nft_judge(const char *text, gsize length, guint16 port,
                                     const char *address);
