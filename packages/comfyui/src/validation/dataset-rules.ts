import { findNodesByClass, getLiteral, getLiteralNumber, type Workflow } from '../workflow.ts';
import { type Finding, notAllowed } from './rules.ts';

/** Rule: `reset_on_queue` is true, because a warm worker otherwise keeps the datasets of earlier jobs. */
export function* warmWorkerRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'TrainDatasetGeneralConfig')) {
    const reset = workflow[id]?.inputs['reset_on_queue'];
    if (reset === true || Array.isArray(reset)) continue;
    yield [
      id,
      'reset_on_queue',
      notAllowed('true', 'must be true, or a warm worker trains on earlier datasets'),
    ];
  }
}

/** Rule: dataset paths are absolute and without surrounding blanks; the node does not trim them («no images found»). */
export function* datasetPathRules(workflow: Workflow): Generator<Finding> {
  const bound = 'an absolute path without blanks around it';
  for (const id of findNodesByClass(workflow, 'TrainDatasetAdd', 'TrainDatasetRegularization')) {
    const path = getLiteral(workflow, id, 'dataset_path');
    if (typeof path === 'string' && !isAbsolutePath(path)) yield [id, 'dataset_path', notAllowed(bound)];
    const tokens = getLiteral(workflow, id, 'class_tokens');
    if (typeof tokens === 'string' && tokens !== tokens.trim()) {
      yield [id, 'class_tokens', notAllowed('text without blanks around it')];
    }
  }
}

/** Rule: buckets enclose the resolution; otherwise the dataset node fails with an assertion. */
export function* bucketRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'TrainDatasetAdd')) {
    if (getLiteral(workflow, id, 'enable_bucket') !== true) continue;
    const number = (input: string) => getLiteralNumber(workflow, id, input);
    const sides = [number('width'), number('height')].filter((side) => side !== undefined);
    const [min, max] = [number('min_bucket_reso'), number('max_bucket_reso')];
    if (min === undefined || max === undefined || sides.length < 2) continue;
    const ceiling = Math.min(max, ...sides);
    if (min > ceiling) {
      const bound = `at most ${ceiling}, the smallest of width, height and max_bucket_reso`;
      yield [id, 'min_bucket_reso', { code: 'conflict', bound }];
    }
    if (max < Math.max(...sides)) {
      const bound = `at least ${Math.max(...sides)}, the larger of width and height`;
      yield [id, 'max_bucket_reso', { code: 'conflict', bound }];
    }
  }
}

/** Rule: cached outputs are constant, so settings that vary captions or colors are off. */
export function* cacheRules(workflow: Workflow): Generator<Finding> {
  const inits = findNodesByClass(workflow, 'InitFluxLoRATraining');
  const caches = (input: string) => inits.some((id) => getLiteral(workflow, id, input) !== 'disabled');
  for (const id of findNodesByClass(workflow, 'TrainDatasetGeneralConfig')) {
    if (caches('cache_text_encoder_outputs')) {
      const bound = 'while text encoder outputs are cached';
      if (getLiteral(workflow, id, 'shuffle_caption') === true) {
        yield [id, 'shuffle_caption', { code: 'conflict', bound: `false ${bound}` }];
      }
      if ((getLiteralNumber(workflow, id, 'caption_dropout_rate') ?? 0) > 0) {
        yield [id, 'caption_dropout_rate', { code: 'conflict', bound: `0 ${bound}` }];
      }
    }
    if (caches('cache_latents') && getLiteral(workflow, id, 'color_aug') === true) {
      yield [id, 'color_aug', { code: 'conflict', bound: 'false while latents are cached' }];
    }
  }
}

/** Whether a path is absolute, without surrounding blanks and without `..`. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') && path.trim() === path && !path.split('/').includes('..');
}
