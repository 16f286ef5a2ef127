/* SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
bench_samples_init(BenchSamples *samples)
{
  samples->values = g_array_new(FALSE, FALSE, sizeof(double));
}

void
bench_samples_clear(BenchSamples *samples)
{
  g_clear_pointer(&samples->values, g_array_unref);
}

void
bench_samples_add(BenchSamples *samples, double value)
{
  g_array_append_val(samples->values, value);
}

static int
compare_doubles(const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

double
bench_samples_percentile(const BenchSamples *samples, double percent)
{
  guint count = samples->values->len;
  if (count == 0)
    return 0;

  g_array_sort(samples->values, compare_doubles);
  guint rank = (guint)(percent / 100 * count);
  return g_array_index(samples->values, double, MIN(rank, count - 1));
}

void
bench_figure_print(const char *line, const char *who, const char *name, ...)
{
  va_list arguments;
  va_start(arguments, name);
  printf("{\"line\":\"%s\",\"who\":\"%s\"", line, who);
  for (const char *each = name; each != NULL; each = va_arg(arguments, const char *))
    printf(",\"%s\":%.4g", each, va_arg(arguments, double));
  printf("}\n");
  fflush(stdout);
  va_end(arguments);
}

void
bench_figure_print_percentiles(const char *line, const char *who, const char *unit,
                               const BenchSamples *samples)
{
  g_autofree char *p50 = g_strdup_printf("p50_%s", unit);
  g_autofree char *p99 = g_strdup_printf("p99_%s", unit);
  bench_figure_print(line, who, p50, bench_samples_percentile(samples, 50), p99,
                     bench_samples_percentile(samples, 99), NULL);
}

void
bench_die(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}
