/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partner: the other of two processes, and the JSON lines between them that stand for signaling.
 * Unix only, as all of the benchmark is.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct _BenchPartner BenchPartner;

/* @message is borrowed for the call. */
typedef void (*BenchPartnerReceive)(BenchPartner *partner, json_t *message, gpointer user_data);

/**
 * bench_partner_fork: to be called before any thread is there.
 * @run_child: what the child does on its own main context; the child exits after it
 *
 * The child ends with this process.
 */
BenchPartner *bench_partner_fork(void (*run_child)(BenchPartner *parent));

/** bench_partner_set_receiver: from the default main context; also again, to replace it. */
void bench_partner_set_receiver(BenchPartner *partner, BenchPartnerReceive receive,
                                gpointer user_data);

/**
 * bench_partner_send:
 * @message: (transfer full)
 */
void bench_partner_send(BenchPartner *partner, json_t *message);

/** bench_partner_end: closes the lines, waits for the child. */
void bench_partner_end(BenchPartner *partner);

/** bench_partner_die_with_parent: in a child that was forked otherwise. */
void bench_partner_die_with_parent(void);

/** bench_partner_kill: ends such a child and waits for it. */
void bench_partner_kill(int pid);

/* What this process has used up to now. */
typedef struct {
  gsize resident_kib;
  double cpu_ms;
} BenchUsage;

BenchUsage bench_usage_now(void);
