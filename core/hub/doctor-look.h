/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor-look: asks this computer what BhDoctorFacts wants to know of it. Nothing is changed, nobody
 * is asked for a password.
 */
#pragma once

#include "doctor-facts.h"
#include "settings.h"

/**
 * bh_doctor_look:
 * @facts: the hub's part is filled in; the computer's is filled in here
 * @state_folder: of the hub
 *
 * Blocks, for seconds where nobody answers: for a worker thread, or a program of its own.
 */
void bh_doctor_look(BhDoctorFacts *facts, const char *state_folder);

/**
 * bh_doctor_check_settings: the facts where no hub runs. Blocks, see bh_doctor_look().
 * @problem: (nullable): why a hub that does run says nothing
 *
 * Returns: (transfer full): as bh_doctor_describe()
 */
json_t *bh_doctor_check_settings(const BhSettings *settings, const char *problem);
