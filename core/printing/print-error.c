/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-queue.h"

G_DEFINE_QUARK(bh_print_error_quark, bh_print_error)
