/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures: samples and how they are told. Each figure is one JSON object on one line of standard
 * output, `{"line", "who", NAME: NUMBER...}`; table.mjs makes the table of them.
 */
#pragma once

#include <glib.h>

/* Not thread-safe; owns its values. */
typedef struct {
  GArray *values; /* of double */
} BenchSamples;

void bench_samples_init(BenchSamples *samples);
void bench_samples_clear(BenchSamples *samples);
void bench_samples_add(BenchSamples *samples, double value);

/**
 * bench_samples_percentile: nearest rank
 * @percent: 0 to 100
 *
 * Returns: 0 when there are no samples
 */
double bench_samples_percentile(const BenchSamples *samples, double percent);

/** bench_figure_print: @name, value pairs; ends with %NULL. Flushes. */
void bench_figure_print(const char *line, const char *who, const char *name,
                        ...) G_GNUC_NULL_TERMINATED;

/** bench_figure_print_percentiles: p50 and p99 of @samples, in @unit ("us", "ms"). */
void bench_figure_print_percentiles(const char *line, const char *who, const char *unit,
                                    const BenchSamples *samples);

/** bench_die: says why on standard error and ends the process with 1. */
void bench_die(const char *format, ...) G_GNUC_PRINTF(1, 2) G_GNUC_NORETURN;
