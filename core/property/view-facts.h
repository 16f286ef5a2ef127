/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhViewFacts: who follows a view, as far as what they may see depends on it.
 */
#pragma once

#include "role.h"

typedef enum {
  BH_VIEW_GUEST,   /* the menu, and what concerns the guest's own seating */
  BH_VIEW_PRIVATE, /* private messages of a device and of who is signed in there */
} BhViewKind;

/* What is not known or not there is %NULL. */
typedef struct {
  /* of a guest */
  const char *guest_device_id;
  const char *seating_id; /* %NULL: not seated */
  const char *place_id;
  /* of a device */
  const char *device_id;
  const char *person_id; /* who is signed in */
  BhRole role;
} BhViewFacts;
