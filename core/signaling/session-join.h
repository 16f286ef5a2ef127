/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session-join: how a connection comes to its place in a room (protocol section 2): by a proof, by
 * a token, as a guest, or, on an open server, by its word.
 *
 * A paired device goes through
 *   join with a nonce -> challenged -> proof -> joined, or refused and closed.
 * What it is told before the proof is the same for devices that are known, removed, or never were.
 * From the proof on everything is sealed where both sides sent keys; so a connection whose proof
 * was refused is closed, not tried again.
 */
#pragma once

#include "signaling-session.h"

/**
 * bh_session_join:
 * @message: a `join`
 *
 * Returns: %FALSE exactly when @error is set (BH_SIGNALING_ERROR); the session may try again
 */
gboolean bh_session_join(BhSignalingSession *session, const BhSignalingMessage *message,
                         GError **error);

/**
 * bh_session_prove:
 * @message: a `proof`
 *
 * Returns: %FALSE exactly when @error is set: nobody had asked for it. A wrong proof is answered
 *   here, and closes the session
 */
gboolean bh_session_prove(BhSignalingSession *session, const BhSignalingMessage *message,
                          GError **error);
