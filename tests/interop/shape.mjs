// LearnCard's published description of an Open Badges 3.0 credential as a judge of structure.
// stdin: {"credentials"}; stdout: {"errors": ["/number/pointer: sentence", ...]}.
import {AchievementCredentialValidator} from '@learncard/types';
import {answer} from './loader.mjs';

await answer(async ({credentials}) => ({
  errors: credentials.flatMap((credential, number) => {
    const issues = AchievementCredentialValidator.safeParse(credential).error?.issues ?? [];
    return issues.map(issue => `/${[number, ...issue.path].join('/')}: ${issue.message}`);
  })
}));
