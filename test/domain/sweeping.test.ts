import { expect, test } from '@jest/globals';
import { nextLook } from '../../functions/domain/sweeping.ts';
import { invoice } from '../support/builders.ts';
