/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one usrsctp of the process, without threads of ours: who its associations are, its clock and
 * its output.
 *
 * usrsctp calls back with its locks held. So nothing of ours runs inside it but `output`; an upcall
 * only marks its association, and `wake` follows from the main loop. Every call into usrsctp stands
 * between bh_sctp_stack_enter() and bh_sctp_stack_leave(), and none is made while
 * bh_sctp_stack_is_busy().
 */
#pragma once

#include <glib.h>

typedef struct {
  /* One packet, to be sent at once; @data is writable for the call. Inside usrsctp. */
  void (*output)(const guint8 *data, gsize length, gpointer user_data);
  /* Something can be read or written, or has happened. Outside usrsctp; may detach. */
  void (*wake)(gpointer user_data);
} BhSctpStackClient;

/**
 * bh_sctp_stack_attach:
 * @client: static
 *
 * The first one decides the main context (the thread's default) until the last is gone.
 *
 * Returns: (transfer none): a handle, not a pointer to anything, which is the association's
 *   sconn_addr and its upcall's argument
 */
gpointer bh_sctp_stack_attach(const BhSctpStackClient *client, gpointer user_data);

/** bh_sctp_stack_detach: no callback of @handle comes after it. Outside usrsctp. */
void bh_sctp_stack_detach(gpointer handle);

/** bh_sctp_stack_wake_later: `wake` from the main loop, soon. From anywhere, any @handle. */
void bh_sctp_stack_wake_later(gpointer handle);

/**
 * bh_sctp_stack_input:
 * @data: one packet from below
 *
 * Returns: %TRUE where a `wake` is due at once: left to the caller, who saves a turn of the loop
 */
gboolean bh_sctp_stack_input(gpointer handle, const guint8 *data, gsize length);

void bh_sctp_stack_enter(void);
void bh_sctp_stack_leave(void);
gboolean bh_sctp_stack_is_busy(void);
