import type { WorkflowIssue } from '../errors.ts';
import {
  type Fault,
  findNodesByClass,
  getLiteral,
  getLiteralNumber,
  inputIssue,
  type Workflow,
} from '../workflow.ts';
/** A finding of a rule: node, input and fault. */
export type Finding = readonly [node: string, input: string, fault: Fault];

/** A rule over the values of a graph. */
export type Rule = (workflow: Workflow) => Iterable<Finding>;

/** Applies rules and returns their findings as issues. */
export function applyRules(workflow: Workflow, rules: readonly Rule[]): readonly WorkflowIssue[] {
  return rules.flatMap((rule) =>
    [...rule(workflow)].map(([node, input, fault]) => inputIssue(workflow, node, input, fault)),
  );
}

/** Inputs that isolate runs or are compared; a link would hide their value. */
const GIVEN_INPUTS: Readonly<Record<string, readonly string[]>> = {
  InitFluxLoRATraining: ['output_name', 'output_dir', 'max_train_steps', 'learning_rate', 'additional_args'],
  FluxTrainLoop: ['steps'],
  TrainDatasetAdd: ['dataset_path', 'class_tokens'],
  TrainDatasetGeneralConfig: ['reset_on_queue'],
};

/** Rule: inputs of {@link GIVEN_INPUTS} are literal values. */
export function* literalValueRules(workflow: Workflow): Generator<Finding> {
  for (const [classType, inputs] of Object.entries(GIVEN_INPUTS)) {
    for (const id of findNodesByClass(workflow, classType)) {
      const linked = inputs.filter((input) => Array.isArray(workflow[id]?.inputs[input]));
      for (const input of linked) yield [id, input, notAllowed('a value, not a link')];
    }
  }
}

/** Rule: `constant` has no warm-up, warm-up is shorter than the training, and the "adafactor" schedule is not used. */
export function* optimizerRules(workflow: Workflow): Generator<Finding> {
  const [init = ''] = findNodesByClass(workflow, 'InitFluxLoRATraining');
  const steps = getLiteralNumber(workflow, init, 'max_train_steps') ?? Number.POSITIVE_INFINITY;
  for (const id of Object.keys(workflow)) {
    const scheduler = getLiteral(workflow, id, 'lr_scheduler');
    const warmup = getLiteralNumber(workflow, id, 'lr_warmup_steps') ?? 0;
    if (scheduler === 'adafactor') {
      yield [
        id,
        'lr_scheduler',
        {
          code: 'conflict',
          bound: 'a different scheduler',
          detail: '"adafactor" does not work with these nodes',
        },
      ];
    }
    if (scheduler === 'constant' && warmup !== 0) {
      const detail = '"constant" does not support warm-up; use "constant_with_warmup"';
      yield [id, 'lr_warmup_steps', { code: 'conflict', bound: '0 with lr_scheduler "constant"', detail }];
    } else if (warmup > 0 && warmup >= steps) {
      yield [id, 'lr_warmup_steps', { code: 'conflict', bound: `below max_train_steps (${steps})` }];
    }
  }
}

/** Rule: `blocks_to_swap` is 0 or 2 to 35, and 0 with CPU offloading. */
export function* memoryRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const blocks = getLiteralNumber(workflow, id, 'blocks_to_swap') ?? 0;
    if (blocks === 1 || blocks < 0 || blocks > 35) {
      yield [id, 'blocks_to_swap', { code: 'out_of_range', bound: '0, or 2 to 35' }];
    }
    if (
      blocks !== 0 &&
      getLiteral(workflow, id, 'gradient_checkpointing') === 'enabled_with_cpu_offloading'
    ) {
      yield [id, 'blocks_to_swap', { code: 'conflict', bound: '0 with "enabled_with_cpu_offloading"' }];
    }
  }
}

/** Rule: `sigma_scaled` predictions need sigma timesteps, the learning rate is above 0, and resuming is not supported. */
export function* trainerRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const value = (input: string) => getLiteral(workflow, id, input);
    if (value('learning_rate') === 0) yield [id, 'learning_rate', { code: 'out_of_range', bound: 'above 0' }];
    if (value('model_prediction_type') === 'sigma_scaled' && value('timestep_sampling') !== 'sigma') {
      yield [
        id,
        'model_prediction_type',
        { code: 'conflict', bound: 'raw or additive, unless timestep_sampling is "sigma"' },
      ];
    }
    if (workflow[id]?.inputs['resume_args'] !== undefined) {
      const detail = 'resuming a state is not supported, since it often starts at step 1; train from scratch';
      yield [id, 'resume_args', { code: 'not_allowed', bound: 'left out', detail }];
    }
  }
}

/** Makes a fault of a value that is not allowed. */
export function notAllowed(bound: string, detail?: string): Fault {
  return { code: 'not_allowed', bound, ...(detail !== undefined && { detail }) };
}
