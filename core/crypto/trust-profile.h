/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust-profile: a configuration profile for iPhones and iPads, which is how they are given an
 * authority (Apple, “Configuration Profile Reference”, com.apple.security.root).
 */
#pragma once

#include <glib.h>

#define BH_TRUST_PROFILE_TYPE "application/x-apple-aspen-config"

/**
 * bh_trust_profile_make:
 * @title: shown to the person: who is to be trusted
 * @der: the authority's certificate; its UUIDs follow from it, so that the same authority installed
 *   again takes its own place
 *
 * Returns: (transfer full): XML
 */
char *bh_trust_profile_make(const char *title, GBytes *der);
