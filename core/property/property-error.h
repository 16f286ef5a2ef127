/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPropertyError: why a property or its backend did not do what it was asked.
 */
#pragma once

#include <glib.h>

#define BH_PROPERTY_ERROR (bh_property_error_quark())

typedef enum {
  BH_PROPERTY_ERROR_FULL,   /* the disk is full, or too much is waiting: try later */
  BH_PROPERTY_ERROR_GAP,    /* a log would have a hole; mostly: a write before it failed */
  BH_PROPERTY_ERROR_BAD,    /* what is to be written would be set aside by every replica */
  BH_PROPERTY_ERROR_CLOSED, /* it was closed first */
  BH_PROPERTY_ERROR_FAILED, /* anything else that the storage reports */
} BhPropertyError;

GQuark bh_property_error_quark(void);

/**
 * bh_property_error_from_store:
 * @error: (transfer full): of any domain
 *
 * Returns: (transfer full): in this domain; what a BhStore reports as full or closed stays that
 */
GError *bh_property_error_from_store(GError *error);
