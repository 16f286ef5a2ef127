/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhIceContext: the GMainContext of one ICE agent, driven by the main context it was made on.
 *
 * GLib looks at every source on every turn, and poll() at every descriptor: with a hundred silent
 * peers of four sockets each that was 8 % of a core, and a turn of 0.2 ms for everything else. With
 * epoll (ice-context-epoll.c) the descriptors of all agents stand in one set, which is a single
 * source of the main context, and a turn costs what is ready. Elsewhere (ice-context-plain.c) it is
 * the main context itself.
 *
 * All on one thread. Callbacks of the sources run from the main context's own dispatch.
 */
#pragma once

#include <gio/gio.h>

typedef struct _BhIceContext BhIceContext;

/**
 * bh_ice_context_new: for the thread-default main context.
 * @after_turn: runs after each turn in which callbacks of its sources may have run, as long as
 *   bh_ice_context_is_in_turn() was true in them; it does not free the context
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 *   (G_IO_ERROR_TOO_MANY_OPEN_FILES): there is no room for an agent
 */
BhIceContext *bh_ice_context_new(GSourceOnceFunc after_turn, gpointer user_data, GError **error);

/**
 * bh_ice_context_free: not inside a callback of its sources. What is still attached never runs
 * again.
 */
void bh_ice_context_free(BhIceContext *self);

/** bh_ice_context_get: Returns: (transfer none): to attach sources to */
GMainContext *bh_ice_context_get(BhIceContext *self);

/** bh_ice_context_is_in_turn: a callback of its sources runs, and @after_turn will. */
gboolean bh_ice_context_is_in_turn(BhIceContext *self);

/**
 * bh_ice_context_touch: to be called after anything that may have attached, removed or re-timed a
 * source, except from a callback of the context's own sources.
 */
void bh_ice_context_touch(BhIceContext *self);
