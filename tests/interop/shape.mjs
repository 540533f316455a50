// LearnCard's published description of an Open Badges 3.0 credential as a judge of structure.
// stdin: {"credential"}; stdout: {"errors": ["/pointer: sentence", ...]}.
import {AchievementCredentialValidator} from '@learncard/types';
import {answer} from './loader.mjs';

await answer(async ({credential}) => {
  const result = AchievementCredentialValidator.safeParse(credential);
  return {errors: (result.error?.issues ?? []).map(issue => `/${issue.path.join('/')}: ${issue.message}`)};
});
