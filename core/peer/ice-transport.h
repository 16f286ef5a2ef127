/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhIceTransport: the lowest BhTransport of a connection: datagrams over whatever pair ICE found
 * (RFC 8445, consent freshness RFC 7675). Holds the BhIceAgent in use and, during a restart, the
 * one to come; the old one goes on carrying data until the new one works.
 *
 * Signals
 *   moved (): the latest agent has taken over from one of the same credentials, and what it
 * gathered is not known to the other side (bh_ice_transport_move())
 *
 * States: `connecting` once the other side's credentials are there; `disconnected` while there is
 * no consent; `failed` where no pair came up in time, or consent was away for `vanish_seconds`.
 */
#pragma once

#include "ice-agent.h"
#include "transport.h"

#define BH_TYPE_ICE_TRANSPORT (bh_ice_transport_get_type())
G_DECLARE_FINAL_TYPE(BhIceTransport, bh_ice_transport, BH, ICE_TRANSPORT, BhTransport)

/**
 * bh_ice_transport_new:
 * @vanish_seconds: also the time that the first pair has to come up
 */
BhIceTransport *bh_ice_transport_new(const BhIceAgentConfig *config, guint vanish_seconds);

/**
 * bh_ice_transport_gather: makes a new agent: the first one, or one for a restart. An earlier one
 * that never connected is dropped.
 */
gboolean bh_ice_transport_gather(BhIceTransport *self, GError **error);

/**
 * bh_ice_transport_move: the computer's addresses have changed, or it slept.
 * @always: %FALSE: only where the address in use is gone
 *
 * Makes an agent for the addresses of this moment, with the credentials in use, and knocks at the
 * other side with it: nothing has to be signaled, for to the other side it is a peer-reflexive
 * candidate more (RFC 8445 section 7.3.1.3). Those that are done with checking once they have a
 * pair do not take it up and have to restart ICE, as before. Until a pair works all stays.
 */
void bh_ice_transport_move(BhIceTransport *self, gboolean always);

/** bh_ice_transport_set_controlling: for agents to come (RFC 8445 section 6.1.1) */
void bh_ice_transport_set_controlling(BhIceTransport *self, gboolean is_controlling);

/** bh_ice_transport_cancel_restart: drops an agent to come that the other side did not take up. */
void bh_ice_transport_cancel_restart(BhIceTransport *self);

/**
 * bh_ice_transport_get_latest: Returns: (transfer none) (nullable): the agent gathered last: its
 * credentials and candidates belong into the next description, the other side's into it
 */
BhIceAgent *bh_ice_transport_get_latest(BhIceTransport *self);

/** bh_ice_transport_set_remote: for the agent gathered last. */
void bh_ice_transport_set_remote(BhIceTransport *self, const char *ufrag, const char *password,
                                 gboolean is_lite);

/**
 * bh_ice_transport_add_candidate:
 * @ufrag: of the other side's generation that it belongs to
 */
void bh_ice_transport_add_candidate(BhIceTransport *self, const char *ufrag,
                                    const BhIceCandidate *candidate);

/** bh_ice_transport_dup_remote_address: Returns: (transfer full) (nullable): where data goes to */
char *bh_ice_transport_dup_remote_address(BhIceTransport *self);

void bh_ice_transport_get_counters(BhIceTransport *self, guint64 *sent, guint64 *received);
